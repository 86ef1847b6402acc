"""What a grade makes of a learner's rows, and how that differs from what the gradebook says already."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, determine_grade

from autograder import notebook
from autograder.gradebook.late import Penalties
from autograder.gradebook.rows import Rows
from autograder.gradebook.source import CHECK, Source
from autograder.marks import Grade

LATE = "late penalty"
NO_RESPONSE = "No response."  # nbgrader's words
LONGEST = 2_000  # characters of a comment


@dataclass(frozen=True)
class Difference:
    """A score that another grading would change. None: a person has to give it."""

    learner: str
    exercise: str
    old: float | None
    new: float | None

    def __str__(self) -> str:
        return f"{self.learner}: {self.exercise} {_said(self.old)} -> {_said(self.new)}"


@dataclass(frozen=True)
class Verdict:
    """What nbgrader's SaveAutoGrades would say of an autograded notebook.

    scores    {graded cell: points, or None where a person has to grade}
    comments  {solution cell: comment, or None}
    """

    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


def verdict(made: Mapping[str, Any], grade: Grade, source: Source) -> Verdict:
    """Asked of nbgrader's own functions, cell by cell."""
    graded, filled = set(source.graded), set(source.solutions)
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = dict.fromkeys(source.solutions)
    for cell in made["cells"]:
        name = notebook.grade_id(cell)
        if name not in source.cells:
            continue
        node = nbformat.from_dict(cell)
        if name in graded:
            scores[name] = determine_grade(node)[0]
        if name in filled and compute_checksum(node) == source.checksum(name):
            comments[name] = NO_RESPONSE
    return Verdict(scores, comments | reasons(grade, source))


def reasons(grade: Grade, source: Source) -> dict[str, str]:
    """Why nothing was graded, as the comment on the first answer: where the teacher and the learner will see it."""
    if not grade.problem or not source.solutions:
        return {}
    return {source.solutions[0]: grade.problem.replace("\0", "")[:LONGEST]}


def merged(
    old: Rows,
    said: Verdict,
    *,
    when: datetime | None,
    longer: timedelta | None,
    due: datetime | None,
    ruled: bool,
    penalties: Penalties,
    answered: frozenset[str] = frozenset(),
) -> Rows:
    """The rows as they should be.

    when, longer, due  when it was handed in, the learner's extension, the date for all
    ruled              whether course.toml gives dates: else an extension that the gradebook has is kept
    answered           reflections whose text is another than when they were last graded

    A person's grades and comments stay. Where ours changes beside one, or an answer that they have graded, the grade
    waits for them again.
    """
    new = copy.deepcopy(old)
    new.timestamp = when or old.timestamp
    new.extension = longer if ruled else old.extension
    for name, score in said.scores.items():
        row = new.grades[name]
        if row.auto != score or not old.graded or name in answered:
            row.auto, row.waits = score, score is None or row.manual is not None
    for name, text in said.comments.items():
        new.comments[name] = (new.comments[name][0], text)
    seconds = 0.0
    if due is not None and new.timestamp is not None:
        seconds = (new.timestamp - due - (new.extension or timedelta())).total_seconds()
    new.penalty = penalties.of(old.learner, new.score, seconds)
    return new


def differences(old: Rows, new: Rows) -> Sequence[Difference]:
    """Scores that would change; none where nobody has graded yet."""
    if not old.graded:
        return []
    found = [
        Difference(old.learner, name.removeprefix(CHECK), row.auto, new.grades[name].auto)
        for name, row in old.grades.items()
        if row.auto != new.grades[name].auto
    ]
    if (old.penalty or 0.0) != (new.penalty or 0.0):
        found.append(Difference(old.learner, LATE, old.penalty or 0.0, new.penalty or 0.0))
    return found


def _said(score: float | None) -> str:
    return "to be graded" if score is None else f"{score:g}"
