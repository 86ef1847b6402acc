"""The failing case of a card: the call written out, what was expected beside what came, the first difference marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.call_text import call, place
from autograder.compare import Difference
from autograder.exercise import Exercise
from autograder.judge import CaseResult
from autograder.markdown import code, plain
from autograder.value_path import Path, at, at_digits, is_array, one_token, path_of, shape_note
from autograder.value_text import Writer

EXPECTED = {"value": "Expected", "error": "Expected, an exception of class"}


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


def failure(exercise: Exercise, result: CaseResult, printed: str = "") -> Failure:
    """The case written out, and what was expected beside what came."""
    written, difference = call(exercise, result.case), result.difference
    assert difference is not None
    shown = Failure(written.code, written.exact, line=result.got.line, printed=printed.rstrip())
    if exercise.probe == "verdicts" and result.got.kind == "value":
        what = "right, and your test rejects it" if result.expected.value else "wrong, and your test accepts it"
        return replace(shown, exact=True, first=f"One of the implementations shown to your test is {what}.")
    if result.expected.kind == result.got.kind == "value":
        return _values(shown, exercise, result, difference)
    expected = _outcome_side(
        "Expected", result.expected.kind == "value", exercise, result.expected.value, difference.expected
    )
    got = _outcome_side("Yours", result.got.kind == "value", exercise, result.got.value, difference.got)
    if result.got.kind == "error":
        return replace(shown, raised=difference.got, sides=(replace(expected, title=EXPECTED[result.expected.kind]),))
    return replace(shown, sides=(expected, got), first=sentence(plain(difference.says)))


def _values(shown: Failure, exercise: Exercise, result: CaseResult, difference: Difference) -> Failure:
    """Both values with the first difference marked, and a sentence that names the place."""
    path, says = path_of(difference.where), plain(difference.says)
    words, start, rest = place(exercise, path)
    if exercise.exact_law is not None:  # whole samples are no help beside each other
        return replace(shown, sides=_sides(difference.expected, difference.got), first=sentence(says))
    try:
        expected, got = at(result.expected.value, start), at(result.got.value, start)
    except KeyError:
        return replace(shown, first=sentence(says))
    rest = rest or _first_unequal(expected, got)
    one, other = _leaf(expected, rest), _leaf(got, rest)
    writer = Writer(digits=at_digits(one, other))
    left, right = _sides(writer.write(expected, rest), writer.write(got, rest))
    left, right = replace(left, note=shape_note(expected)), replace(right, note=shape_note(got))
    if path[:1] == ("arguments",) and len(path) > 1:
        sides = replace(left, title=f"{path[1]} before the call"), replace(right, title="and after it")
        first = f"Your function changes its argument `{path[1]}`. The caller still needs it: work on a copy."
        return replace(shown, sides=sides, first=first)
    where = f"`{words}{''.join(_index(step) for step in rest)}`"
    if got is None and path[:1] in (("gradients",), ("input gradients",)):
        return replace(shown, sides=(left, right), first=f"There is no {where}: the output does not depend on it.")
    if one is not None and other is not None and rest and difference.where:
        pair = f"{code(writer.write(one))} expected, {code(writer.write(other))} got"
        more = "" if difference.says == "another number" else f"; {says}"
        return replace(shown, sides=(left, right), first=f"First difference at {where}: {pair}{more}.")
    at_place = f" at {where}" if rest else "" if words == "result" else f" in {where}"
    return replace(shown, sides=(left, right), first=sentence(says + at_place))


def _sides(expected: str, got: str) -> tuple[Side, Side]:
    return Side("Expected", expected), Side("Yours", got)


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


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
