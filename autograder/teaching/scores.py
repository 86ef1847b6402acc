"""Scores as nbgrader's gradebook has them: manual grades and extra credit in, the penalty for lateness taken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.errors import UserError

NOTHING_SAID = (None, "", "No response.")  # the last is what nbgrader says of an empty answer


@dataclass(frozen=True)
class Score:
    """One learner in one chapter. `submitted` is False where the gradebook knows the learner but no submission.

    raw       points before the penalty; score: after it, never below 0
    waiting   names of the cells that a person has yet to grade
    feedback  a line a cell that lost points or has a comment
    """

    learner: str
    first_name: str
    last_name: str
    email: str
    lms_id: str
    possible: float
    raw: float = 0.0
    penalty: float = 0.0
    when: datetime | None = None
    submitted: bool = False
    waiting: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Points after the penalty."""
        return max(0.0, self.raw - self.penalty)

    @property
    def name(self) -> str:
        """Last name first, as rosters have it; the learner's id where the gradebook has no name."""
        return ", ".join(filter(None, (self.last_name, self.first_name))) or self.learner

    @property
    def keys(self) -> set[str]:
        """What another program may know the learner by."""
        return {key.casefold() for key in (self.learner, self.email, self.lms_id) if key}


def points(value: float) -> str:
    """Two digits are what gradebooks keep."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def url(course: Course, db: str | None) -> str:
    """The gradebook's URL: the one given, else nbgrader's default beside course.toml. Raises UserError."""
    if db:
        return db if "://" in db else f"sqlite:///{Path(db).resolve()}"
    path = course.root / "gradebook.db"
    if not path.is_file():
        raise UserError(f"there is no gradebook {path}; `ngram2bert grade` makes it, and --db names another")
    return f"sqlite:///{path}"


@contextmanager
def opened(address: str) -> Iterator[Any]:
    """nbgrader's gradebook. One line where the database does not answer or is of another version."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).is_file():
        raise UserError(f"there is no gradebook {address}; `ngram2bert grade` makes it")  # opening would make one
    try:
        with Gradebook(address, course_id="") as gradebook:  # no id: the course's row is not to be touched
            yield gradebook
    except (SQLAlchemyError, ImportError) as error:
        lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        raise UserError(
            f"the gradebook {_without_password(address)} cannot be read: {lines[0][:160]}; is the address right? "
            "One of an older nbgrader is brought up to date by `nbgrader db upgrade`"
        ) from error


def _without_password(address: str) -> str:
    before, at, after = address.rpartition("@")
    return f"{before.split('://')[0]}://...{at}{after}" if at else address


def scores(course: Course, chapter: str, db: str | None = None) -> list[Score]:
    """A score for everybody whom the gradebook knows, by learner id. Raises UserError."""
    from nbgrader.api import MissingEntry

    with opened(url(course, db)) as gradebook:
        try:
            assignment = gradebook.find_assignment(chapter)
        except MissingEntry as error:
            known = ", ".join(a.name for a in gradebook.assignments) or "nothing yet"
            raise UserError(
                f"the gradebook has no {chapter}, only {known}; `ngram2bert grade {chapter}` puts it there"
            ) from error
        handed_in = {submission.student_id: submission for submission in gradebook.assignment_submissions(chapter)}
        return [
            _score(student, handed_in.get(student.id), float(assignment.max_score or 0.0))
            for student in sorted(gradebook.students, key=lambda student: str(student.id))
        ]


def _score(student: Any, submission: Any, possible: float) -> Score:
    person = Score(
        str(student.id),
        student.first_name or "",
        student.last_name or "",
        student.email or "",
        str(student.lms_user_id or ""),
        possible,
    )
    if submission is None:
        return person
    graded = [grade for notebook in submission.notebooks for grade in notebook.grades]
    comments = [c for notebook in submission.notebooks for c in notebook.comments if c.comment not in NOTHING_SAID]
    penalty = float(submission.late_submission_penalty or 0.0)
    feedback = [
        f"{grade.name.removeprefix('check-')}: {points(grade.score)} of {points(grade.max_score)}"
        for grade in graded
        if not grade.needs_manual_grade and grade.score != grade.max_score
    ]
    feedback += [f"{comment.name}: {comment.comment}" for comment in comments]
    feedback += [f"late: {points(penalty)} off"] * (penalty > 0)
    return replace(
        person,
        raw=float(submission.score or 0.0),
        penalty=penalty,
        when=submission.timestamp,
        submitted=True,
        waiting=tuple(grade.name for grade in graded if grade.needs_manual_grade),
        feedback=tuple(feedback),
    )
