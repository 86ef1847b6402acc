"""Nothing of a solution, a rubric or the reference may stand in the learner's copy. Every build looks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from nbformat import NotebookNode

from autograder.build.master import MasterCell
from autograder.build.solution import bodies, marked
from autograder.cell_rule import strip_magics
from autograder.course import Chapter, load
from autograder.errors import UserError
from autograder.exercise import Exercise

SHORTEST = 12  # characters of a line that says something: `return x` stands anywhere


def refuse_leaks(notebook: NotebookNode, chapter: Chapter, cells: Sequence[MasterCell]) -> None:
    """Raise UserError at the first leak of a learner's copy."""
    for leak in leaks(notebook, chapter, cells):
        raise UserError(f"{chapter.name}: the learner's copy holds {leak}")


def leaks(notebook: NotebookNode, chapter: Chapter, cells: Sequence[MasterCell]) -> Iterator[str]:
    """What a learner's copy holds that it must not, one phrase each."""
    held = {line.strip() for cell in notebook.cells for line in cell.source.splitlines()}
    shown = set(_shown(chapter, cells))
    for exercise in chapter.exercises.values():
        for line in bodies(exercise.source, exercise.given):
            if len(line) >= SHORTEST and line in held and line not in shown:
                yield f"a line of the solution of {exercise.name}: {line}"
    for cell in cells:
        for line in cell.source.splitlines() if cell.reflection else ():
            if len(line.strip()) >= SHORTEST and line.strip() in held and line.strip() not in shown:
                yield f"a line of the model answer to {cell.reflection}: {line.strip()}"
    for cell in notebook.cells:
        yield from (f"{mark} in cell {cell.id}" for mark in ("BEGIN SOLUTION", "END SOLUTION") if mark in cell.source)
        if cell.get("outputs"):
            yield f"outputs in cell {cell.id}"
        if cell.cell_type == "code":
            yield from _imports(cell.source, cell.id, chapter.exercises.values())


def _shown(chapter: Chapter, cells: Sequence[MasterCell]) -> Iterator[str]:
    """Lines that stand elsewhere by the author's own will, or outside the marks of a solution."""
    for cell in cells:
        for part in (cell, cell.task):
            if part and not part.reflection:
                yield from (line.strip() for line in part.source.splitlines())
    for name, exercise in load(chapter.module).items():
        if name not in chapter.exercises:  # left out by course.toml: given whole
            yield from (line.strip() for line in exercise.source.splitlines())
            continue
        hidden = bodies(exercise.source, exercise.given)
        lines = [line.strip() for line in marked(exercise.source, exercise.given).splitlines()]
        yield from (line for line in set(lines) if lines.count(line) > hidden.count(line))


def _imports(source: str, where: str, exercises: Iterable[Exercise]) -> Iterator[str]:
    """A cell that imports the answer from the library gives it away, and hides the learner's own."""
    targets = {exercise.target: exercise.of.__module__.split(".")[0] for exercise in exercises}
    try:
        tree = ast.parse(strip_magics(source))
    except SyntaxError:  # the execution says so better
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if targets.get(alias.name) == node.module.split(".")[0]:
                    yield f"an import of the reference {alias.name} in cell {where}"
