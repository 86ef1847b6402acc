"""A chapter as the gradebook knows it: the cells that are graded or locked, with course.toml's points."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, is_locked

from autograder import notebook
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.grade import released_notebook
from autograder.gradebook.outputs import joined

CHECK = "check-"
ID = "nbgrader"


@dataclass(frozen=True)
class Source:
    """The released notebook of a chapter.

    notebook  the whole of it, its points as course.toml has them; never changed: copy what goes into another
    cells     {grade id: cell}, in its order: solutions, checks and reflections
    locked    those whose text a learner may not change
    """

    notebook: Mapping[str, Any]
    cells: Mapping[str, Mapping[str, Any]]
    locked: frozenset[str]

    @property
    def solutions(self) -> list[str]:
        """The cells that a learner fills in: comments belong to them."""
        return [name for name, cell in self.cells.items() if cell["metadata"][ID].get("solution")]

    @property
    def graded(self) -> list[str]:
        """The cells that have points."""
        return [name for name, cell in self.cells.items() if cell["metadata"][ID].get("grade")]

    def checksum(self, name: str) -> str:
        """nbgrader's checksum of a cell: that of the stub, where it is a solution."""
        return str(self.cells[name]["metadata"][ID]["checksum"])


def source(course: Course, chapter: Chapter) -> Source:
    """Read it. Raises UserError where it is missing, or is another version than course.toml says."""
    data = copy.deepcopy(released_notebook(course, chapter))
    if data is None:
        raise UserError(f"notebooks/{chapter.name}/{chapter.name}.ipynb does not exist; make it with `make notebooks`")
    cells: dict[str, dict[str, Any]] = {}
    locked = set()
    for cell in data["cells"]:
        name = notebook.grade_id(cell)
        cell["source"] = joined(cell.get("source"))
        if not name:
            continue
        graded, cells[name] = cell["metadata"][ID], cell
        if name.startswith(CHECK) and name.removeprefix(CHECK) in chapter.exercises:
            points = chapter.possible(name.removeprefix(CHECK))
            graded["points"] = int(points) if math.isfinite(points) and points == int(points) else points
        node = nbformat.from_dict(cell)
        graded["checksum"], graded["cell_type"] = compute_checksum(node), cell["cell_type"]
        if is_locked(node):
            locked.add(name)
    checked = {
        name for name, cell in cells.items() if cell["metadata"][ID].get("grade") and cell["cell_type"] == "code"
    }
    if odd := checked ^ {CHECK + name for name in chapter.exercises}:
        raise UserError(
            f"notebooks/{chapter.name} and course.toml disagree on {min(odd).removeprefix(CHECK)}: "
            "one has it, the other has not; run `make notebooks`"
        )
    return Source(data, cells, frozenset(locked))
