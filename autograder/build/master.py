"""Read a master: percent-format text, the only notebook file that is written by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from autograder.errors import UserError

ROLES = ("setup", "given", "experiment")
OPTIONS = {
    "markdown": ("reflection", "points", "id", "tags"),
    "code": ("exercise", "id", "tags"),
}
OF_JUPYTEXT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")  # spacing in the text, no options
NAME = re.compile(r"[A-Za-z0-9_-]{1,48}")


@dataclass(frozen=True)
class MasterCell:
    """One cell of a master.

    where       file and line of its marker, for messages
    kind        markdown or code
    source      its text; of an exercise: given text above the solution, mostly none
    exercise    code: the id of the exercise that stands here; `task` is the Markdown cell before it
    reflection  markdown: the id of the question whose model answer and rubric this is; `points` for it
    id          the cell's id where the author sets one
    """

    where: str
    kind: str
    source: str
    exercise: str = ""
    reflection: str = ""
    points: float = 0
    id: str = ""
    tags: tuple[str, ...] = ()
    task: MasterCell | None = None

    @property
    def role(self) -> str:
        """Of a code cell: setup, given or experiment; experiment where the author says nothing."""
        return next((tag for tag in self.tags if tag in ROLES), "experiment")


def read(path: Path, root: Path) -> list[MasterCell]:
    """The cells of a master. Raises UserError, with the line, where a marker cannot be read."""
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(f"{name} does not exist; write the master, or take the chapter out of course.toml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{name} cannot be read: {error}") from error
    return parse(text, name)


def parse(text: str, name: str) -> list[MasterCell]:
    """As `read`, from the text itself; `name` is the file's name in messages."""
    try:
        cells = jupytext.reads(text, fmt="py:percent").cells
    except nbformat.ValidationError as error:
        raise UserError(f"{name}: a marker's options cannot be read: {error.message}") from error
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    if len(lines) != len(cells):
        raise UserError(
            f"{name}: {len(cells)} cells but {len(lines)} markers; start the file with `# %%`, and every cell with one"
        )
    found = _with_tasks([_cell(cell, f"{name}:{line}") for cell, line in zip(cells, lines, strict=True)])
    setup = [cell for cell in found if cell.kind == "code" and cell.role == "setup"]
    code = [cell for cell in found if cell.kind == "code"]
    if len(setup) != 1 or setup[0] is not code[0]:
        raise UserError(
            f"{name}: {len(setup)} cells are tagged setup; give that tag to the first code cell, and to no other"
        )
    return found


def _cell(cell: Any, where: str) -> MasterCell:
    options = {key: value for key, value in cell.metadata.items() if key not in OF_JUPYTEXT}
    if "exercise" in options and (more := [key for key in options if key != "exercise"]):
        raise UserError(
            f"{where}: '{more[0]}' on the marker of an exercise; its declaration and its id say all: take it out"
        )
    if cell.cell_type not in OPTIONS:
        raise UserError(f"{where}: a {cell.cell_type} cell; a master holds Markdown and code cells only")
    if unread := options.get("incorrectly_encoded_metadata") or options.get("title"):
        raise UserError(
            f"{where}: the marker holds `{unread}`, which is no option; "
            'options look like id="name" points=2 tags=["given"]'
        )
    if unknown := [key for key in options if key not in OPTIONS[cell.cell_type]]:
        raise UserError(
            f"{where}: a {cell.cell_type} cell has no option '{unknown[0]}'; "
            f"it has {', '.join(OPTIONS[cell.cell_type])}"
        )
    _values(options, where)
    if not cell.source.strip() and "exercise" not in options:
        raise UserError(f"{where}: the cell is empty; write its text or take the marker out")
    return MasterCell(
        where,
        cell.cell_type,
        cell.source.strip("\n"),
        options.get("exercise", ""),
        options.get("reflection", ""),
        options.get("points", 0),
        options.get("id", ""),
        tuple(options.get("tags", ())),
    )


def _with_tasks(cells: list[MasterCell]) -> list[MasterCell]:
    """Each exercise takes the Markdown cell right before it: that is its task."""
    found: list[MasterCell] = []
    for cell in cells:
        if cell.exercise:
            if not found or found[-1].kind != "markdown" or found[-1].reflection:
                raise UserError(
                    f"{cell.where}: the task of '{cell.exercise}' must be the Markdown cell right before its marker"
                )
            cell = replace(cell, task=found.pop())
        found.append(cell)
    return found


def _values(options: dict[str, Any], where: str) -> None:
    for key in ("exercise", "reflection", "id"):
        if key in options and not (isinstance(options[key], str) and NAME.fullmatch(options[key])):
            raise UserError(
                f"{where}: {key} is {options[key]!r}; it must be 1 to 48 ASCII letters, digits, - and _ in quotes"
            )
    tags = options.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise UserError(f'{where}: tags are {tags!r}; they must be a list like tags=["given"]')
    if len(roles := [tag for tag in tags if tag in ROLES]) > 1:
        raise UserError(f"{where}: the tags {' and '.join(roles)} exclude each other; keep one")
    points = options.get("points")
    if "reflection" in options and not (
        isinstance(points, (int, float)) and not isinstance(points, bool) and points > 0
    ):
        raise UserError(
            f"{where}: the reflection '{options['reflection']}' needs its points, like points=2; got {points!r}"
        )
    if "reflection" not in options and "points" in options:
        raise UserError(f"{where}: points belong to a reflection; take them out here")
