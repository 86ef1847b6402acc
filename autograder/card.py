"""What the card of one exercise says: plain sentences and code, before any layout. `card_html` and `card_text` lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from autograder.call_text import call, place
from autograder.compare import Difference
from autograder.diagnose import describe
from autograder.exercise import Case, Exercise
from autograder.judge import CaseResult, Report
from autograder.run import learner_line
from autograder.value_text import Path, Writer, at, at_digits, is_array, one_token, path_of, shape_note

Tone = Literal["right", "partly", "wrong", "blank"]
STATUS = {
    "right": "right", "partly right": "partly right", "wrong": "not right yet", "not yet written": "not yet written",
    "missing": "not found", "error": "stopped by an error", "timeout": "took too long", "died": "stopped",
}

EXPECTED = {"value": "Expected", "error": "Expected, an exception of class"}


@dataclass(frozen=True)
class Part:
    """One part of the points: `passed` is None where nothing was run."""

    name: str
    points: float
    passed: bool | None


@dataclass(frozen=True)
class Side:
    """A value as it is shown: its text, perhaps marked, and a note on its shape."""

    title: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Failure:
    """The smallest failing case.

    call     the call as code; exact: it can be pasted as it stands
    sides    expected and got; expected alone where the code raised
    first    the first difference, Markdown
    raised   the exception; line: the learner's own line that raised it, or where it was stopped
    printed  what the code printed
    """

    call: str
    exact: bool
    sides: tuple[Side, ...] = ()
    first: str = ""
    raised: str = ""
    line: str = ""
    printed: str = ""


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


def build(report: Report, possible: float, *, notes: Sequence[str] = (), lead: str = "", hints: Sequence[str] = (),
          printed: Mapping[int, str] | None = None, then: str = "") -> Card:
    """The card of a report.

    possible  points in this course; the report's own are scaled to them
    lead      said first where no diagnosis is known
    hints     those read so far; printed: {number of a case: what the code printed}; then: what to do next
    """
    exercise, scale = report.exercise, possible / report.exercise.points
    blank = report.status in ("not yet written", "missing")
    parts = tuple(Part(name, of * scale, None if blank else earned == of) for name, (earned, of) in report.parts.items()
                  if exercise.parts)
    card = Card(exercise.name, _tone(report), STATUS[report.status], report.points * scale, possible, parts, notes=tuple(notes),
                hints=tuple(hints), hints_in_all=len(exercise.hints), then=then)
    if report.passed:
        return card
    if report.status == "not yet written":
        return replace(card, lead=f"Write `{exercise.target}` in place of `raise NotImplementedError`, run the cell, then run this check "
                                  f"again. It takes about {exercise.minutes} minutes.")
    if report.status == "missing":
        return replace(card, lead=lead)
    diagnosis = describe(report.diagnosis, report.combined)
    failed = report.first_failure
    assert failed is not None
    number = next(i for i, result in enumerate(report.results) if result is failed)
    return replace(card, lead=diagnosis or lead, lead_title="Diagnosis" if diagnosis else "",
                   failure=failure(exercise, failed, (printed or {}).get(number, "")))


def stopped(exercise: Exercise, possible: float, case: Case | None, interrupt: BaseException) -> Card:
    """The card of a check that the learner interrupted: where it was."""
    card = Card(exercise.name, "blank", "stopped by you", 0.0, possible)
    if case is None:
        return card
    written = call(exercise, case)
    lead = "The check was in the middle of the call below. If your function never ends there, look at what should end its loop."
    return replace(card, lead=lead, failure=Failure(written.code, written.exact, line=learner_line(interrupt)))


def with_problem(card: Card, problem: str) -> Card:
    """The card with one more note, of what is wrong outside the learner's code."""
    return replace(card, notes=(*card.notes, _sentence(problem))) if problem else card


def _tone(report: Report) -> Tone:
    tones: dict[str, Tone] = {"right": "right", "partly right": "partly", "not yet written": "blank"}
    return tones.get(report.status, "wrong")


def failure(exercise: Exercise, result: CaseResult, printed: str = "") -> Failure:
    """The case written out, and what was expected beside what came."""
    written, difference = call(exercise, result.case), result.difference
    assert difference is not None
    shown = Failure(written.code, written.exact, line=result.got.line, printed=printed.rstrip())
    if exercise.probe == "verdicts" and result.got.kind == "value":
        what = "right, and your test rejects it" if result.expected.value else "wrong, and your test accepts it"
        return replace(shown, first=f"One of the implementations shown to your test is {what}.")
    if result.expected.kind == result.got.kind == "value":
        return replace(shown, **_values(exercise, result, difference))
    expected = _outcome_side("Expected", result.expected.kind == "value", exercise, result.expected.value, difference.expected)
    got = _outcome_side("Yours", result.got.kind == "value", exercise, result.got.value, difference.got)
    if result.got.kind == "error":
        return replace(shown, raised=difference.got, sides=(replace(expected, title=EXPECTED[result.expected.kind]),))
    return replace(shown, sides=(expected, got), first=_sentence(difference.says))


def _values(exercise: Exercise, result: CaseResult, difference: Difference) -> dict[str, object]:
    """Both values with the first difference marked, and a sentence that names the place."""
    path = path_of(difference.where)
    words, start, rest = place(exercise, path)
    try:
        expected, got = at(result.expected.value, start), at(result.got.value, start)
    except KeyError:
        return {"first": _sentence(difference.says)}
    if exercise.exact_law is not None:  # whole samples are no help beside each other
        return {"sides": (Side("Expected", difference.expected), Side("Yours", difference.got)), "first": _sentence(difference.says)}
    rest = rest or _first_unequal(expected, got)
    one, other = _leaf(expected, rest), _leaf(got, rest)
    digits = at_digits(one, other)
    sides = (Side("Expected", Writer(digits=digits).write(expected, rest), shape_note(expected)),
             Side("Yours", Writer(digits=digits).write(got, rest), shape_note(got)))
    if path[:1] == ("arguments",) and exercise.probe == "call" and len(path) > 1:
        return {"sides": sides, "first": f"Your function changes its argument `{path[1]}`. The caller still needs it: work on a copy."}
    where = f"`{words}{''.join(_index(step) for step in rest)}`"
    if one is not None and other is not None and rest and difference.where:
        first = f"First difference at {where}: `{_short(one, digits)}` expected, `{_short(other, digits)}` got; {difference.says}."
        return {"sides": sides, "first": first.replace("; another number", "")}
    at_place = f" at {where}" if rest else "" if words == "result" else f" in {where}"
    return {"sides": sides, "first": _sentence(difference.says + at_place)}


def _outcome_side(title: str, is_value: bool, exercise: Exercise, value: object, otherwise: str) -> Side:
    """A value in full, or in words what came instead of one."""
    if not is_value:
        return Side(title, otherwise)
    _, start, _ = place(exercise, ("value",))
    inner = at(value, start) if isinstance(value, dict) and set(value) == {"value", "arguments"} else value
    return Side(title, Writer().write(inner), shape_note(inner))


def _first_unequal(expected: object, got: object) -> Path:
    """Where two lists of unequal length first differ, so that a mark can be set."""
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)) and len(expected) != len(got):
        pairs = enumerate(zip(expected, got, strict=False))
        return (next((i for i, (e, g) in pairs if is_array(e) or is_array(g) or e != g), min(len(expected), len(got))),)
    return ()


def _leaf(value: object, path: Path) -> object:
    """The number or string at a path; None where there is none."""
    try:
        found = at(value, path)
    except KeyError:
        return None
    found = found.item() if is_array(found) and found.ndim == 0 else found
    return found if one_token(found) else None


def _index(step: object) -> str:
    return f"[{', '.join(map(str, step))}]" if isinstance(step, tuple) else f"[{step!r}]"


def _short(value: object, digits: int) -> str:
    return Writer(digits=digits).write(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
