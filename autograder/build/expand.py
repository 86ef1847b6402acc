"""Expand a master into a notebook: exercise headers, solutions, checks, nbgrader's metadata and every cell's id."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode, v4

from autograder.build.ids import Names
from autograder.build.master import MasterCell
from autograder.build.solution import marked
from autograder.cell_rule import assigned
from autograder.course import Chapter, load
from autograder.errors import UserError
from autograder.exercise import Exercise

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
OURS = "ngram2bert"


def expand(chapter: Chapter, cells: Sequence[MasterCell]) -> NotebookNode:
    """The notebook of a chapter with its solutions, not yet executed."""
    _agree(chapter, cells)
    names, made = Names(), []
    for cell in cells:
        if cell.exercise in chapter.exercises:
            made += _exercise(chapter, chapter.exercises[cell.exercise], cell, names)
        elif cell.exercise:
            made += _left_out(load(chapter.module)[cell.exercise], cell, names)
        elif cell.reflection:
            made.append(_reflection(cell, names))
        elif cell.kind == "markdown":
            made.append(v4.new_markdown_cell(cell.source, id=names.of(cell), metadata=_tags(cell.tags)))
        else:
            made.append(
                v4.new_code_cell(cell.source, id=names.of(cell), metadata=_tags(dict.fromkeys((*cell.tags, cell.role))))
            )
    notebook = v4.new_notebook(cells=made, metadata={"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)})
    notebook.metadata[OURS] = {"chapter": chapter.name, "code": code_hash(notebook)}
    return notebook


def code_hash(notebook: NotebookNode) -> str:
    """A hash of the code cells in their order, text and points: outputs are good for as long as it stays."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    said = [f"{cell.source}\x00{cell.metadata.get('nbgrader', {}).get('points', '')}" for cell in code]
    return hashlib.sha256("\x01".join(said).encode()).hexdigest()[:32]


def header(chapter: Chapter, exercise: Exercise) -> str:
    """The lines above a task: what is to be written, its points, minutes, level and what it builds on."""
    count = chapter.possible(exercise.name)
    facts = [
        f"{count:g} point{'s' * (count != 1)}",
        f"{exercise.minutes} minutes",
        "●" * exercise.level + "○" * (3 - exercise.level),
    ]
    if exercise.builds_on:
        declared = load(chapter.module)
        facts.append("builds on " + ", ".join(f"`{declared[name].target}`" for name in exercise.builds_on))
    return f"### Exercise: `{exercise.target}`\n\n*{' · '.join(facts)}*"


def _agree(chapter: Chapter, cells: Sequence[MasterCell]) -> None:
    """Master and declarations name the same exercises, once each, ancestors first."""
    declared, seen = load(chapter.module), dict[str, MasterCell]()
    answers = {exercise.target: exercise.name for exercise in declared.values()}
    for cell in cells:
        if not cell.exercise:
            if cell.kind == "code" and (taken := assigned(cell.source) & set(answers)):
                raise UserError(
                    f"{cell.where}: the cell gives another value to '{min(taken)}', which its check would then judge; "
                    "write `mine = use(...)` and call `mine.name`"
                )
            continue
        if cell.exercise not in declared:
            raise UserError(
                f"{cell.where}: the exercise '{cell.exercise}' is not declared; "
                f"{chapter.module} has {', '.join(declared)}"
            )
        if cell.exercise in seen:
            raise UserError(
                f"{cell.where}: the exercise '{cell.exercise}' stands at {seen[cell.exercise].where} already"
            )
        if late := [name for name in declared[cell.exercise].builds_on if name not in seen]:
            raise UserError(
                f"{cell.where}: the exercise '{cell.exercise}' builds on '{late[0]}', which must stand before it"
            )
        seen[cell.exercise] = cell
    if absent := [name for name in chapter.exercises if name not in seen]:
        raise UserError(
            f"{chapter.name}: the exercise '{absent[0]}' is declared, but no cell of the master is marked "
            f'`# %% exercise="{absent[0]}"`'
        )


def _exercise(chapter: Chapter, exercise: Exercise, cell: MasterCell, names: Names) -> list[NotebookNode]:
    answer = _nbgrader(names.take(exercise.name, cell.where), solution=True)
    check_id, points = names.take(f"check-{exercise.name}", cell.where), chapter.possible(exercise.name)
    check = _nbgrader(check_id, grade=True, locked=True, points=points)
    source = marked(exercise.source, exercise.given)
    return [
        _task(
            f"{header(chapter, exercise)}\n\n{cell.task.source}" if cell.task else header(chapter, exercise),
            cell,
            names,
        ),
        v4.new_code_cell(f"{cell.source}\n\n\n{source}" if cell.source else source, id=exercise.name, metadata=answer),
        v4.new_code_cell(f'check("{exercise.name}")', id=f"check-{exercise.name}", metadata=check),
    ]


def _left_out(exercise: Exercise, cell: MasterCell, names: Names) -> list[NotebookNode]:
    """An exercise that course.toml does not choose: later cells use its function, so it is given."""
    text = f"### Given: `{exercise.target}`\n\nLater cells use this function; your course does not ask you to write it."
    return [
        _task(text, cell, names),
        v4.new_code_cell(
            exercise.source.rstrip("\n"), id=names.take(exercise.name, cell.where), metadata=_tags(["given"])
        ),
    ]


def _task(text: str, cell: MasterCell, names: Names) -> NotebookNode:
    task = cell.task or cell
    return v4.new_markdown_cell(
        text, id=names.take(task.id or f"task-{cell.exercise}", task.where), metadata=_tags(task.tags)
    )


def _reflection(cell: MasterCell, names: Names) -> NotebookNode:
    """The marks are comments of HTML: a reader of the solution does not see them, nbgrader does."""
    lead = f"**Your answer** ({cell.points:g} point{'s' * (cell.points != 1)})"
    text = f"{lead}\n\n<!-- BEGIN SOLUTION -->\n{cell.source}\n<!-- END SOLUTION -->"
    name = names.take(cell.reflection, cell.where)
    return v4.new_markdown_cell(
        text, id=name, metadata=_nbgrader(name, grade=True, solution=True, points=cell.points) | _tags(cell.tags)
    )


def _nbgrader(
    grade_id: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float = 0
) -> dict[str, Any]:
    said = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        said["points"] = int(points) if points == int(points) else points
    return {"nbgrader": said}


def _tags(tags: Any) -> dict[str, Any]:
    return {"tags": list(tags)} if tags else {}
