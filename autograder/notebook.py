"""Which cells of a submission run, and in which form. A notebook is read as JSON; nothing of it is executed here."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.cell_rule import defined, definitions, imports, strip_magics, without_grader
from autograder.errors import UserError

MAX_BYTES = 100_000_000
MOST_CELLS = 2_000  # more are no notebook that somebody wrote; each costs time to parse
MOST_LETTERS, LONGEST_CELL = 2_000_000, 200_000  # of code: all cells together, and one


@dataclass(frozen=True)
class Cell:
    """One code cell that grading runs: `name` for messages, `exercise` where it is the answer to one."""

    name: str
    source: str
    exercise: str = ""


@dataclass
class Submission:
    """What of a notebook is graded: its runnable cells, and what a teacher should know of it."""

    cells: list[Cell]
    remarks: list[str] = field(default_factory=list)

    def with_reference(self, sources: Mapping[str, str]) -> list[tuple[str, str]]:
        """(name, source) of the cells, the named exercises answered by the reference.

        The reference comes once more at the end, lest a later cell redefines it.
        """
        cells = [(cell.name, sources.get(cell.exercise, cell.source)) for cell in self.cells]
        return cells + [(f"reference {name}", source) for name, source in sources.items()]


def read(path: Path) -> dict[str, Any]:
    """The notebook in a file as JSON data. One clear line where there is none."""
    return parse(load(path), path.name)


def load(path: Path) -> bytes:
    """The bytes of a notebook's file, if they are not too many."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):  # to open a pipe would wait for ever
            kind = "a folder" if stat.S_ISDIR(state.st_mode) else "a pipe, socket or device"
            raise UserError(f"{path.name} is {kind}, not a file; hand in the notebook itself")
        if state.st_size > MAX_BYTES:
            raise UserError(f"{path.name} has {state.st_size // 1_000_000} MB; clear its outputs and save it again")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist; is the path right?") from error
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error}") from error


def parse(data: bytes, name: str) -> dict[str, Any]:
    """The notebook as JSON data; `name` of the file, for the one clear line where it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{name} cannot be read: {error}") from error
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        what = "is empty" if not text.strip() else f"is no notebook (invalid JSON: {error})"
        raise UserError(f"{name} {what}; save it again from JupyterLab") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UserError(f"{name} is no notebook of format 4: it has no list of cells; save it again from JupyterLab")
    return notebook


def submission(
    notebook: Mapping[str, Any],
    exercises: Iterable[str],
    released: Mapping[str, Any] | None = None,
    targets: Mapping[str, str] | None = None,
) -> Submission:
    """Apply the cell rule.

    Run are the exercises' cells; the given ones, as the released notebook has them; and what `definitions` keeps of a
    cell that the learner added. Set-up, experiments and checks are not run.

    targets  {exercise: name that it must define}: finds an answer whose cell has lost its metadata
    """
    found, kept = Submission([]), list(exercises)
    given = _given(released) if released is not None else {}
    done: set[str] = set()
    answered: set[str] = set()
    letters = MOST_LETTERS
    if len(notebook["cells"]) > MOST_CELLS:
        found.remarks.append(f"only the first {MOST_CELLS:,} of {len(notebook['cells']):,} cells were read")
    for number, cell in enumerate(notebook["cells"][:MOST_CELLS]):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        tags, id_, source, name = _tags(cell), grade_id(cell), _source(cell), f"{number + 1}"
        if len(source) > min(LONGEST_CELL, letters):
            found.remarks.append(f"cell {name} was not read: its code is too long ({len(source):,} letters)")
            source = ""
        letters -= len(source)
        source = without_grader(strip_magics(source))
        if id_ in kept:
            if id_ in answered:
                found.remarks.append(f"the cell of {id_} occurs twice; the last one counts")
                found.cells = [c for c in found.cells if c.exercise != id_]
            answered.add(id_)
            found.cells.append(Cell(name, source, id_))
        elif id_.startswith("check-") or "setup" in tags or "experiment" in tags:
            continue
        elif "given" in tags:
            key = str(cell.get("id", ""))
            done.add(key)
            if released is None or key in given:
                found.cells.append(Cell(name, given.get(key, source)))
            else:
                found.cells += _own(name, source)
        else:
            found.cells += _own(name, source)
    missing_given = [Cell(f"given {key}", source) for key, source in given.items() if key not in done]
    if missing_given:
        found.remarks.append("a given cell was deleted; the released one is used")
        found.cells = missing_given + found.cells
    _find_lost(found, [e for e in kept if e not in answered], targets or {})
    if kept and not any(cell.exercise for cell in found.cells):
        found.remarks[:0] = ["it holds none of the chapter's exercises: is it another chapter's notebook?"]
    return found


def _own(name: str, source: str) -> list[Cell]:
    """What runs of a cell that the learner added: its imports one by one, then its definitions."""
    cells = [Cell(f"{name} ({statement})", statement) for statement in imports(source)]
    kept = definitions(source)
    return [*cells, Cell(name, kept)] if kept else cells


def _find_lost(found: Submission, lost: list[str], targets: Mapping[str, str]) -> None:
    for exercise in lost:
        where = [i for i, cell in enumerate(found.cells) if targets.get(exercise, exercise) in defined(cell.source)]
        if where:
            cell = found.cells[where[-1]]
            found.remarks.append(
                f"the cell of {exercise} was deleted, but cell {cell.name} defines it: that one counts"
            )
            if not cell.exercise:
                found.cells[where[-1]] = Cell(cell.name, cell.source, exercise)
        else:
            found.remarks.append(f"the cell of {exercise} was deleted")


def _given(released: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(cell.get("id", "")): _source(cell)
        for cell in released["cells"]
        if cell.get("cell_type") == "code" and "given" in _tags(cell)
    }


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _metadata(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags = _metadata(cell).get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def grade_id(cell: Mapping[str, Any]) -> str:
    """nbgrader's id of a cell, '' where it has none."""
    nbgrader = _metadata(cell).get("nbgrader")
    return str(nbgrader.get("grade_id", "")) if isinstance(nbgrader, dict) else ""
