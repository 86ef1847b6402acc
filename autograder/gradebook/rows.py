"""The gradebook's rows of some learners: read at once, compared, written at once. The rules are SaveAutoGrades'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from sqlalchemy import insert, select, update

from autograder.gradebook.known import Known


@dataclass
class GradeRow:
    """One grade: `auto` is ours, the others are a person's. `waits`: somebody must look at it."""

    id: str
    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    waits: bool = True

    @property
    def score(self) -> float:
        """What counts, as nbgrader adds it up."""
        base = self.auto if self.manual is None else self.manual
        return 0.0 if base is None else base + (self.extra or 0.0)


@dataclass
class Rows:
    """All that the gradebook holds of one learner's submission; `grades` and `comments` by the cell's name."""

    learner: str
    submission: str
    notebook: str
    timestamp: datetime | None = None
    extension: timedelta | None = None
    penalty: float | None = None
    grades: dict[str, GradeRow] = field(default_factory=dict)
    comments: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def graded(self) -> bool:
        """Whether an autograder has been here before."""
        return any(row.auto is not None for row in self.grades.values())

    @property
    def score(self) -> float:
        """Points before the penalty."""
        return sum(row.score for row in self.grades.values())


class Table:
    """Reads and writes `Rows` of one chapter."""

    def __init__(self, gradebook: Gradebook, known: Known) -> None:
        self.db, self.known = gradebook.db, known
        self._cells = {id_: name for names in (known.grades, known.comments) for name, id_ in names.items()}

    def read(self, learners: Iterable[str]) -> dict[str, Rows]:
        """{learner: rows} of those who have a submission."""
        work, paper = SubmittedAssignment, SubmittedNotebook
        query = (
            select(work.student_id, work.id, paper.id, work.timestamp, work.extension, paper.late_submission_penalty)
            .join(paper, paper.assignment_id == work.id)
            .where(work.assignment_id == self.known.assignment, paper.notebook_id == self.known.notebook)
            .where(work.student_id.in_(list(learners)))
        )
        found = {row[0]: Rows(*row) for row in self.db.execute(query)}
        by_notebook = {rows.notebook: rows for rows in found.values()}
        mine = list(by_notebook)
        grades = select(
            Grade.notebook_id, Grade.cell_id, Grade.id,
            Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade,
        )  # fmt: skip
        for notebook, cell, *values in self.db.execute(grades.where(Grade.notebook_id.in_(mine))):
            by_notebook[notebook].grades[self._cells[cell]] = GradeRow(*values)
        comments = select(Comment.notebook_id, Comment.cell_id, Comment.id, Comment.auto_comment)
        for notebook, cell, id_, text in self.db.execute(comments.where(Comment.notebook_id.in_(mine))):
            by_notebook[notebook].comments[self._cells[cell]] = (id_, text)
        return found

    def students(self, learners: Iterable[str]) -> set[str]:
        """Those whom the gradebook knows."""
        return set(self.db.scalars(select(Student.id).where(Student.id.in_(list(learners)))))

    def blank(self, learner: str) -> Rows:
        """The rows of somebody who has no submission yet; not written yet."""
        rows = Rows(learner, new_uuid(), new_uuid())
        rows.grades = {name: GradeRow(new_uuid()) for name in self.known.grades}
        rows.comments = {name: (new_uuid(), None) for name in self.known.comments}
        return rows

    def write(self, old: Mapping[str, Rows], new: Iterable[Rows]) -> None:
        """Add and change rows, without a commit; `old` is what `read` found."""
        new = list(new)
        added = [rows for rows in new if rows.learner not in old]
        unknown = {rows.learner for rows in added} - self.students(rows.learner for rows in added)
        self._insert(Student, ({"id": learner} for learner in sorted(unknown)))
        self._insert(SubmittedAssignment, (self._submission(rows) for rows in added))
        self._insert(SubmittedNotebook, (self._notebook(rows) for rows in added))
        self._insert(Grade, (grade for rows in added for grade in self._grades(rows)))
        self._insert(Comment, (comment for rows in added for comment in self._comments(rows)))
        for kind, make in (
            (SubmittedAssignment, lambda rows: [self._submission(rows)]),
            (SubmittedNotebook, lambda rows: [self._notebook(rows)]),
            (Grade, self._grades),
            (Comment, self._comments),
        ):
            before = {row["id"]: row for rows in old.values() for row in make(rows)}
            after = [row for rows in new if rows.learner in old for row in make(rows)]
            self._insert(kind, (row for row in after if row["id"] not in before))
            changed = [row for row in after if before.get(row["id"], row) != row]
            if changed:
                self.db.execute(update(kind), changed)

    def _insert(self, kind: Any, rows: Iterable[dict[str, Any]]) -> None:
        if listed := list(rows):
            self.db.execute(insert(kind), listed)

    def _submission(self, rows: Rows) -> dict[str, Any]:
        made = {"id": rows.submission, "assignment_id": self.known.assignment, "student_id": rows.learner}
        return made | {"timestamp": rows.timestamp, "extension": rows.extension}

    def _notebook(self, rows: Rows) -> dict[str, Any]:
        made = {"id": rows.notebook, "assignment_id": rows.submission, "notebook_id": self.known.notebook}
        return made | {"late_submission_penalty": rows.penalty}

    def _grades(self, rows: Rows) -> list[dict[str, Any]]:
        """What a person writes is not in it: it stays as it is, even where they write at this moment."""
        return [
            {
                "id": row.id,
                "cell_id": self.known.grades[name],
                "notebook_id": rows.notebook,
                "auto_score": row.auto,
                "needs_manual_grade": row.waits,
            }
            for name, row in rows.grades.items()
        ]

    def _comments(self, rows: Rows) -> list[dict[str, Any]]:
        return [
            {"id": id_, "cell_id": self.known.comments[name], "notebook_id": rows.notebook, "auto_comment": text}
            for name, (id_, text) in rows.comments.items()
        ]
