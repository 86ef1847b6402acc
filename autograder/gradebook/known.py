"""What the gradebook must know before anybody has a grade: assignment, notebook, cells, due date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import nbformat
from nbgrader.api import Assignment, Gradebook, GradeCell, Notebook, SolutionCell, SourceCell
from nbgrader.preprocessors import SaveCells
from sqlalchemy import select

from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.gradebook.source import ID, Source


@dataclass(frozen=True)
class Known:
    """Ids of rows.

    grades, comments  {cell's name: row} of what can have a grade, or a comment
    due               UTC without a zone, as nbgrader keeps it
    """

    assignment: str
    notebook: str
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    due: datetime | None


def known(gradebook: Gradebook, address: str, course: Course, chapter: Chapter, source: Source) -> Known:
    """The rows of a chapter, made or brought up to date by nbgrader's own SaveCells where they are not as released."""
    found = _find(gradebook, chapter.name)
    if found is None or _cells(gradebook, found.notebook) != _wanted(source):
        gradebook.update_or_create_assignment(chapter.name)
        _save(address, chapter.name, source)
        gradebook.db.expire_all()
        found = _find(gradebook, chapter.name)
        assert found is not None
    if chapter.due is not None and found.due != utc(chapter.due):
        gradebook.update_or_create_assignment(chapter.name, duedate=utc(chapter.due))
        found = _find(gradebook, chapter.name)
        assert found is not None
    gradebook.db.rollback()  # ends the reading
    return found


def extension(course: Course, chapter: Chapter, learner: str) -> timedelta | None:
    """How much longer a learner has than the others."""
    for given in course.extensions:
        if (given.learner, given.chapter) == (learner, chapter.name) and chapter.due is not None:
            return given.until - chapter.due
    return None


def utc(moment: datetime) -> datetime:
    """A moment as nbgrader keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _find(gradebook: Gradebook, chapter: str) -> Known | None:
    ids = select(Assignment.id, Notebook.id, Assignment.duedate).join(Notebook, Notebook.assignment_id == Assignment.id)
    row = gradebook.db.execute(ids.where(Assignment.name == chapter, Notebook.name == chapter)).one_or_none()
    if row is None:
        return None

    def cells(kind: Any) -> dict[str, str]:
        return dict(gradebook.db.execute(select(kind.name, kind.id).where(kind.notebook_id == row[1])).all())

    return Known(row[0], row[1], cells(GradeCell), cells(SolutionCell), row[2])


def _cells(gradebook: Gradebook, notebook: str) -> set[tuple[Any, ...]]:
    """All of the cells that matters, as it stands in the gradebook."""
    query, found = gradebook.db.execute, set[tuple[Any, ...]]()
    for name, points, kind in query(
        select(GradeCell.name, GradeCell.max_score, GradeCell.cell_type).where(GradeCell.notebook_id == notebook)
    ):
        found.add(("grade", name, points, kind))
    for (name,) in query(select(SolutionCell.name).where(SolutionCell.notebook_id == notebook)):
        found.add(("solution", name))
    columns = (SourceCell.name, SourceCell.cell_type, SourceCell.locked, SourceCell.checksum)
    for row in query(select(*columns).where(SourceCell.notebook_id == notebook)):
        found.add(("source", *row))
    return found


def _wanted(source: Source) -> set[tuple[Any, ...]]:
    """The same, as it was released."""
    found = set[tuple[Any, ...]]()
    for name, cell in source.cells.items():
        told, kind = cell["metadata"][ID], cell["cell_type"]
        if told.get("grade"):
            found.add(("grade", name, float(told["points"]), kind))
        if told.get("solution"):
            found.add(("solution", name))
        found.add(("source", name, kind, name in source.locked, source.checksum(name)))
    return found


def _save(address: str, chapter: str, source: Source) -> None:
    """nbgrader refuses to add or remove cells once there are submissions."""
    resources = {"nbgrader": {"notebook": chapter, "assignment": chapter, "db_url": address}}
    try:
        SaveCells().preprocess(nbformat.from_dict(source.notebook), resources)
    except RuntimeError as error:
        raise UserError(
            f"the gradebook has submissions of another version of {chapter}, with other cells; give this one a "
            "gradebook of its own (--db sqlite:///FILE), or delete the old: "
            f"nbgrader db assignment remove {chapter} --force"
        ) from error
