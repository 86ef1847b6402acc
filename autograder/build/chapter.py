"""Build a chapter, or say what of it is stale: master -> executed solution -> learner's copy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.build import master
from autograder.build.execute import execute
from autograder.build.expand import OURS, code_hash, expand
from autograder.build.leaks import refuse_leaks
from autograder.build.release import released
from autograder.build.scrub import scrub
from autograder.course import Chapter, Course
from autograder.errors import UserError


@dataclass
class Plan:
    """What a chapter's files should be. `solution` has no outputs yet where `execute` is True."""

    chapter: Chapter
    solution: NotebookNode
    learner: str
    execute: bool
    solution_path: Path
    learner_path: Path


@dataclass
class Built:
    """What a build did: which files it wrote, whether it executed the chapter, what its author should look at."""

    written: list[Path] = field(default_factory=list)
    executed: bool = False
    remarks: list[str] = field(default_factory=list)


def plan(course: Course, chapter: Chapter, *, fresh: bool = False) -> Plan:
    """Everything but the execution. Earlier outputs are kept where no code cell has changed, unless `fresh`."""
    folder = course.root / "solutions" / chapter.name
    cells = master.read(folder / f"{chapter.name}.py", course.root)
    notebook = expand(chapter, cells)
    nbformat.validate(notebook)
    learner = released(notebook, chapter.name, course.root)
    refuse_leaks(nbformat.reads(learner, as_version=4), chapter, cells)
    path = folder / f"{chapter.name}.ipynb"
    kept = not fresh and _keep_outputs(notebook, path)
    return Plan(
        chapter, notebook, learner, not kept, path, course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    )


def stale(course: Course, chapter: Chapter) -> list[str]:
    """What `make notebooks` would write, a line each; nothing is executed and nothing written."""
    planned, found = plan(course, chapter), []
    for path, text in ((planned.solution_path, _text(planned.solution)), (planned.learner_path, planned.learner)):
        name = path.relative_to(course.root).as_posix()
        if not path.is_file():
            found.append(f"{name} does not exist")
        elif path == planned.solution_path and planned.execute:
            found.append(f"{name} is stale: its code or points have changed, it must be executed again")
        elif path.read_text(encoding="utf-8") != text:
            found.append(f"{name} is stale: its text or metadata have changed")
    return found


def build(
    course: Course, chapter: Chapter, *, fresh: bool = False, start: Callable[[int], Callable[[], None]] | None = None
) -> Built:
    """Bring a chapter's two notebooks up to date; both are written, or neither.

    fresh  execute even where no code has changed
    start  told the number of code cells before they are executed; returns what to call after each
    """
    planned, done = plan(course, chapter, fresh=fresh), Built()
    if planned.execute:
        count = sum(cell.cell_type == "code" for cell in planned.solution.cells)
        states = execute(planned.solution, course.root, start(count) if start else lambda: None)
        done.executed, done.remarks = True, scrub(planned.solution, states, course.root)
        _full_marks(planned.solution)
    for path, text in ((planned.solution_path, _text(planned.solution)), (planned.learner_path, planned.learner)):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            _write(path, text)
            done.written.append(path)
    return done


def _keep_outputs(notebook: NotebookNode, path: Path) -> bool:
    """Take over the outputs of the file at `path`, cell by cell, where its code is still the same."""
    try:
        old = nbformat.read(path, as_version=4)
        if (
            old.metadata[OURS]["code"] != notebook.metadata[OURS]["code"]
            or code_hash(old) != notebook.metadata[OURS]["code"]
        ):
            return False
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError):
        return False  # no build of ours: it is made anew
    pairs = zip(
        (c for c in notebook.cells if c.cell_type == "code"),
        (c for c in old.cells if c.cell_type == "code"),
        strict=True,
    )
    for new, before in pairs:  # equal hashes: the same sources in the same order
        new.outputs, new.execution_count = before.outputs, before.execution_count
    return all(cell.execution_count is not None for cell in notebook.cells if cell.cell_type == "code")


def _full_marks(notebook: NotebookNode) -> None:
    """The solution must pass its own checks where the learner will run them."""
    for cell in notebook.cells:
        points = cell.metadata.get("nbgrader", {}).get("points")
        if cell.cell_type != "code" or points is None:
            continue
        results = [
            output.data.get("text/plain", "") for output in cell.outputs if output.output_type == "execute_result"
        ]
        try:
            got = float(results[-1])
        except (IndexError, ValueError):
            got = None
        if got != points:
            what = f"{got:g}" if got is not None else f"no score ({' '.join(results)[:80] or 'nothing'})"
            raise UserError(
                f"{notebook.metadata[OURS]['chapter']}, cell {cell.id}: the solution gets {what} of {points:g} points "
                "in its own notebook; does a given cell lack a name that it uses?"
            )


def _text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook) + "\n"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a temporary file beside it takes its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
