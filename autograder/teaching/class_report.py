"""What a class has understood and what not: counts an exercise, named mistakes with who made them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.marks import Grade, Mark
from autograder.teaching.files import read_text

STOPPED = ("error", "timeout", "died")
AGAIN = 3


@dataclass
class Standing:
    """One exercise in a class: who is where, by learner.

    partly   some of its parts are right; stopped: an error, too long, or died; blank: not written, or its cell deleted
    wrong    all others; what a mistake's name is known for is in `mistakes`, {name: learners}, most first
    unnamed  {learner: the reason} of what is wrong in no declared way
    lost     share of the exercise's points that those who began it lost, added up: 1 is one learner's whole exercise
    """

    name: str
    possible: float
    right: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    lost: float = 0.0

    @property
    def begun(self) -> int:
        """Learners who wrote something."""
        return len(self.right) + len(self.partly) + len(self.wrong) + len(self.stopped)


@dataclass
class ClassReport:
    """A class in one chapter. unread: {learner: why nothing could be graded}; remarks: {learner: what is odd}."""

    points: list[float]
    possible: float
    standings: dict[str, Standing]
    unread: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, Sequence[str]] = field(default_factory=dict)

    def again(self) -> list[Standing]:
        """The exercises in which most was lost by those who began them: what to teach again."""
        ordered = sorted(self.standings.values(), key=lambda s: (-s.lost, s.name))
        return [standing for standing in ordered if standing.lost > 0][:AGAIN]


def summarise(grades: Iterable[Grade], order: Iterable[str] = ()) -> ClassReport:
    """The report of these grades. order: exercises in the order to show them; others follow."""
    found = ClassReport([], 0.0, {name: Standing(name, 0.0) for name in order})
    for grade in sorted(grades, key=lambda grade: grade.learner):
        found.possible = max(found.possible, grade.possible)
        if grade.remarks:
            found.remarks[grade.learner] = grade.remarks
        if grade.problem:
            found.unread[grade.learner] = grade.problem
            continue
        found.points.append(grade.points)
        for name, mark in grade.marks.items():
            standing = found.standings.setdefault(name, Standing(name, 0.0))
            standing.possible = max(standing.possible, mark.possible)
            _place(standing, grade.learner, mark)
    found.standings = {name: s for name, s in found.standings.items() if s.begun or s.blank}
    for standing in found.standings.values():
        standing.mistakes = dict(sorted(standing.mistakes.items(), key=lambda item: (-len(item[1]), item[0])))
    return found


def _place(standing: Standing, learner: str, mark: Mark) -> None:
    if mark.status in ("not yet written", "missing"):
        standing.blank.append(learner)
        return
    standing.lost += 1 - mark.points / mark.possible if mark.possible else 0.0
    if mark.status == "right":
        standing.right.append(learner)
        return
    kind = standing.stopped if mark.status in STOPPED else standing.partly if mark.points else standing.wrong
    kind.append(learner)
    for name in named(mark):
        standing.mistakes.setdefault(name, []).append(learner)
    if not mark.mistakes:
        standing.unnamed[learner] = mark.reason


def named(mark: Mark) -> list[str]:
    """The mistakes of a mark: two made at once are two; two that no case can tell apart are one, `this or that`."""
    if len(mark.mistakes) > 1 and " and ".join(mark.mistakes) != mark.reason:
        return [" or ".join(mark.mistakes)]
    return list(mark.mistakes)


def told(chapter: Chapter, exercise: str, mistake: str) -> str:
    """What a learner is told of a mistake, in Markdown; '' where the declaration does not know it any more."""
    declared = chapter.exercises.get(exercise)
    words = {variant.name: variant.told for variant in declared.mistakes} if declared else {}
    return words.get(mistake, "")


def from_journal(course: Course, chapter: Chapter) -> list[Grade]:
    """The last grading of the class. Raises UserError where there was none."""
    from autograder.journal import latest

    return latest(course, chapter)


def from_json(path: Path, chapter: Chapter) -> list[Grade]:
    """What `ngram2bert grade --json` wrote. Raises UserError."""
    what = f"what `ngram2bert grade {chapter.name} --json FILE` writes"
    text = read_text(path, what)
    try:
        data: Mapping[str, Any] = json.loads(text)
        assignment, grades = str(data["assignment"]), [Grade.from_data(grade) for grade in data["grades"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{path} cannot be read ({type(error).__name__}); it should be {what}") from error
    if assignment != chapter.name:
        raise UserError(f"{path} holds the grades of {assignment}, not of {chapter.name}")
    return grades
