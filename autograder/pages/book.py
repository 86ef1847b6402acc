"""What the gradebook says of one learner's chapter, read through nbgrader's own interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Score:
    """The points of one cell. `points` is None while it waits to be marked by hand; `check` is what the check gave."""

    points: float | None
    possible: float
    check: float | None = None
    extra: float = 0.0

    @property
    def by_hand(self) -> bool:
        """True where a teacher has set other points than the check gave."""
        return self.check is not None and self.points is not None and self.points - self.extra != self.check


@dataclass(frozen=True)
class Sheet:
    """All that the gradebook knows of a learner's chapter.

    scores    {grade_id: Score}
    comments  {grade_id: what a teacher wrote, Markdown}
    penalty   points taken off because it was late
    """

    learner: str
    name: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    penalty: float = 0.0
    due: datetime | None = None
    handed_in: datetime | None = None
    seconds_late: float = 0.0

    @property
    def points(self) -> float:
        """Points after the penalty, never below nought."""
        return max(0.0, sum(score.points or 0.0 for score in self.scores.values()) - self.penalty)

    @property
    def possible(self) -> float:
        """Points that could be earned."""
        return sum(score.possible for score in self.scores.values())

    @property
    def waiting(self) -> int:
        """Answers that wait to be marked by hand."""
        return sum(score.points is None for score in self.scores.values())


def sheet(gradebook: Any, learner: str, chapter: str) -> Sheet:
    """The learner's sheet from an open `nbgrader.api.Gradebook`; raises its MissingEntry where there is none."""
    found = gradebook.find_submission_notebook(chapter, chapter, learner)
    submission, student = found.assignment, found.student
    names = " ".join(filter(None, (student.first_name, student.last_name)))
    return Sheet(
        learner,
        names,
        {grade.name: _score(grade) for grade in found.grades},
        {comment.name: comment.comment for comment in found.comments if comment.comment},
        float(found.late_submission_penalty or 0.0),
        submission.duedate,
        submission.timestamp,
        float(submission.total_seconds_late or 0.0),
    )


def _score(grade: Any) -> Score:
    waits = bool(grade.needs_manual_grade) and grade.manual_score is None
    points = None if waits else float(grade.score or 0.0)
    return Score(points, float(grade.max_score or 0.0), grade.auto_score, float(grade.extra_credit or 0.0))
