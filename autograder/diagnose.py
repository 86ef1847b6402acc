"""Which mistake is it? The wrong outputs are compared with those of every declared mistake on the same inputs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from autograder import law
from autograder.exercise import Exercise, Variant
from autograder.judge import CaseResult, Report, disagrees
from autograder.memory import remember
from autograder.mistake_runs import outcomes
from autograder.outcome import Outcome
from autograder.pairs import two_at_once
from autograder.prepared import ByIdentity, prepare

SAME_LAW = 1e-3  # a p-value above this: two samples of draws may follow one law
MOST_ALIKE = 100_000
_alike: OrderedDict[Any, bool] = OrderedDict()


def diagnose(report: Report) -> Report:
    """Fill in `diagnosis` where every output agrees with that of a declared mistake, or of two made at once.

    Several names mean that no case can tell them apart. With `combined` the learner made all of them together.
    """
    if report.diagnosed or report.passed or not any(result.got.ran for result in report.results):
        return report
    exercise, seed = report.exercise, report.seed
    for mistake in exercise.mistakes:
        if explains(exercise, outcomes(exercise, seed, mistake.source), report.results):
            report.diagnosis.append(mistake)
    if not report.diagnosis and exercise.exact_law is None:
        report.diagnosis = two_at_once(report, explains)
        report.combined = bool(report.diagnosis)
    report.diagnosed = True
    return report


def explains(exercise: Exercise, mistake: Iterable[Outcome], results: Sequence[CaseResult]) -> bool:
    """True where a mistake's outcomes equal the submission's on every case; stops at the first that does not.

    An exception's class alone says little: without one wrong *value* in common, the messages must be equal as well.
    """
    value_in_common, same_messages = False, True
    for result, theirs in zip(results, mistake, strict=True):
        mine = result.got
        if not mine.ran or not theirs.ran or not _same(exercise, result, theirs):
            return False
        value_in_common = value_in_common or (theirs.kind == "value" and not result.passed)
        same_messages = same_messages and theirs.message == mine.message
    return value_in_common or same_messages


def agree(exercise: Exercise, seed: int, mistake: Sequence[Outcome], got: Sequence[Outcome]) -> bool:
    """True where two texts' outcomes on the cases of a seed equal each other, as `explains` has it."""
    prepared = prepare(exercise, seed)
    results = [
        CaseResult(case, expected, mine, disagrees(exercise, case, expected, mine))
        for case, expected, mine in zip(prepared.cases, prepared.expected, got, strict=True)
    ]
    return explains(exercise, mistake, results)


def _same(exercise: Exercise, result: CaseResult, theirs: Outcome) -> bool:
    """Do a mistake and a submission agree on a case? Known once for all submissions that answer the same."""
    if not result.got.digest:
        return _compare(exercise, result, theirs)
    key = ByIdentity(result.case), result.got.digest, ByIdentity(theirs)
    return remember(_alike, key, MOST_ALIKE, lambda: _compare(exercise, result, theirs))


def _compare(exercise: Exercise, result: CaseResult, theirs: Outcome) -> bool:
    case, mine = result.case, result.got
    if exercise.exact_law is not None and theirs.kind == mine.kind == "value":
        return _same_law(theirs, mine)
    return disagrees(exercise, case, theirs, mine) is None and disagrees(exercise, case, mine, theirs) is None


def _same_law(a: Outcome, b: Outcome) -> bool:
    try:
        one, two = a.value, b.value
        same_shape = (
            one["draws"].shape == two["draws"].shape
            and one["draws"].is_floating_point() == two["draws"].is_floating_point()
        )
        if not same_shape or _repeats(one) != _repeats(two):
            return False
        return law.two_samples(law.rows(one["draws"]), law.rows(two["draws"])) > SAME_LAW
    except (AttributeError, KeyError, TypeError, RuntimeError):
        return False  # what came from the child need not be draws at all


def _repeats(value: dict[str, object]) -> tuple[bool, bool]:
    def equal(x: object, y: object) -> bool:
        return bool((x == y).all()) if getattr(x, "shape", 0) == getattr(y, "shape", 1) else False  # type: ignore[attr-defined]

    return equal(value["draws"], value["again"]), equal(value["draws"], value["other"])


def describe(mistakes: Sequence[Variant], combined: bool) -> str:
    """The diagnosis in the learner's words (Markdown)."""
    if not mistakes:
        return ""
    if len(mistakes) == 1:
        return mistakes[0].told
    lead = (
        f"{_number(len(mistakes))} mistakes at once:" if combined else f"One of these {_number(len(mistakes)).lower()}:"
    )
    return lead + "\n" + "\n".join(f"- {mistake.told}" for mistake in mistakes)


def _number(n: int) -> str:
    return {2: "Two", 3: "Three", 4: "Four", 5: "Five"}.get(n, str(n))
