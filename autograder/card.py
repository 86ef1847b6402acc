"""What the card of one exercise says, before any layout: `card_html` and `card_text` lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from autograder.call_text import call
from autograder.card_failure import Failure, failure, sentence
from autograder.diagnose import describe
from autograder.exercise import Case, Exercise
from autograder.judge import Report
from autograder.run import learner_line

Tone = Literal["right", "partly", "wrong", "blank"]
STATUS = {
    "right": "right",
    "partly right": "partly right",
    "wrong": "not right yet",
    "not yet written": "not yet written",
    "missing": "not found",
    "error": "stopped by an error",
    "timeout": "took too long",
    "died": "stopped",
}


@dataclass(frozen=True)
class Part:
    """One part of the points: `passed` is None where nothing was run."""

    name: str
    points: float
    passed: bool | None


@dataclass(frozen=True)
class Card:
    """A card. Texts are Markdown but for `call`, `line`, `printed` and the sides."""

    exercise: str
    tone: Tone
    status: str
    points: float
    possible: float
    parts: tuple[Part, ...] = ()
    lead: str = ""
    lead_title: str = ""
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    hints_in_all: int = 0
    then: str = ""


def build(
    report: Report,
    possible: float,
    *,
    notes: Sequence[str] = (),
    lead: str = "",
    hints: Sequence[str] = (),
    printed: Mapping[int, str] | None = None,
    then: str = "",
) -> Card:
    """The card of a report.

    possible  points in this course; the report's own are scaled to them
    lead      said first where no diagnosis is known
    hints     those read so far; printed: {number of a case: what the code printed}; then: what to do next
    """
    exercise, scale = report.exercise, possible / report.exercise.points
    blank = report.status in ("not yet written", "missing")
    parts = tuple(
        Part(name, of * scale, None if blank else earned == of)
        for name, (earned, of) in report.parts.items()
        if exercise.parts
    )
    card = Card(
        exercise.name,
        _tone(report),
        STATUS[report.status],
        report.points * scale,
        possible,
        parts,
        notes=tuple(notes),
        hints=tuple(hints),
        hints_in_all=len(exercise.hints),
        then=then,
    )
    if report.passed:
        return card
    if report.status == "not yet written":
        return replace(
            card,
            lead=f"Write `{exercise.target}` in place of `raise NotImplementedError`, run its cell, then this check. "
            f"It takes about {exercise.minutes} minutes.",
        )
    if report.status == "missing":
        return replace(card, lead=lead)
    diagnosis = describe(report.diagnosis, report.combined)
    failed = report.shown_failure
    if failed is None:
        return replace(card, lead=diagnosis or lead, lead_title="Diagnosis" if diagnosis else "")
    number = next(i for i, result in enumerate(report.results) if result is failed)
    return replace(
        card,
        lead=diagnosis or lead,
        lead_title="Diagnosis" if diagnosis else "",
        failure=failure(exercise, failed, (printed or {}).get(number, "")),
    )


def stopped(exercise: Exercise, possible: float, case: Case | None, interrupt: BaseException) -> Card:
    """The card of a check that the learner interrupted: where it was."""
    card = Card(exercise.name, "blank", "stopped by you", 0.0, possible)
    if case is None:
        return card
    written = call(exercise, case)
    lead = (
        "The check was in the middle of this call. If your function never ends there, look at what should end its loop."
    )
    return replace(card, lead=lead, failure=Failure(written.code, written.exact, line=learner_line(interrupt)))


def with_problem(card: Card, problem: str) -> Card:
    """The card with one more note, of what is wrong outside the learner's code."""
    return replace(card, notes=(*card.notes, sentence(problem))) if problem else card


def _tone(report: Report) -> Tone:
    tones: dict[str, Tone] = {"right": "right", "partly right": "partly", "not yet written": "blank"}
    return tones.get(report.status, "wrong")
