"""Which mistake is it? The wrong outputs are compared with those of every declared mistake on the same inputs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from functools import lru_cache

from autograder import law
from autograder.exercise import Exercise, Variant
from autograder.judge import ByIdentity, Report, disagrees, prepare
from autograder.outcome import Outcome

SAME_LAW = 1e-3  # a p-value above this: two samples of draws may follow one law
PAIRS_SECONDS = 0.5


def diagnose(report: Report) -> Report:
    """Fill in `diagnosis` where every output agrees with that of a declared mistake, or of two made at once.

    Several names mean that no case can tell them apart. With `combined` the learner made all of them together.
    """
    if report.passed or not any(result.got.ran for result in report.results):
        return report
    got = [result.got for result in report.results]
    for mistake, outcomes in zip(
        report.exercise.mistakes, _mistake_outcomes(ByIdentity(report.exercise), report.seed), strict=True
    ):
        if agree(report.exercise, report.seed, outcomes, got):
            report.diagnosis.append(mistake)
    if not report.diagnosis and report.exercise.exact_law is None:
        _two_at_once(report, got)
    return report


def agree(exercise: Exercise, seed: int, mistake: Sequence[Outcome], got: Sequence[Outcome]) -> bool:
    """True where a mistake's outcomes equal the submission's on every case.

    An exception's class alone says little: without one wrong *value* in common, the messages must be equal as well.
    """
    prepared, value_in_common = prepare(exercise, seed), False
    for case, reference, theirs, mine in zip(prepared.cases, prepared.expected, mistake, got, strict=True):
        if not mine.ran or not theirs.ran:
            return False
        if exercise.exact_law is not None and theirs.kind == mine.kind == "value":
            if not _same_law(theirs, mine):
                return False
        elif disagrees(exercise, case, theirs, mine) is not None or disagrees(exercise, case, mine, theirs) is not None:
            return False
        wrong = theirs.kind == "value" and disagrees(exercise, case, reference, mine) is not None
        value_in_common = value_in_common or wrong
    same_messages = all(theirs.message == mine.message for theirs, mine in zip(mistake, got, strict=True))
    return value_in_common or same_messages


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


@lru_cache(maxsize=4096)
def _mistake_outcomes(key: ByIdentity, seed: int) -> list[list[Outcome]]:
    cases = prepare(key.exercise, seed).cases
    return [key.exercise.run(cases, mistake.source) for mistake in key.exercise.mistakes]


def _two_at_once(report: Report, got: Sequence[Outcome]) -> None:
    """Try pairs of patches that can stand together; the first pair that agrees on every case is named."""
    until = time.monotonic() + PAIRS_SECONDS
    cases = prepare(report.exercise, report.seed).cases
    first = min(range(len(cases)), key=lambda i: report.results[i].passed)
    for one, two in itertools.combinations(report.exercise.mistakes, 2):
        if time.monotonic() > until:
            return
        source = merge(report.exercise.source, one.source, two.source)
        if source is None:
            continue
        quick = report.exercise.run(cases[first : first + 1], source)[0]
        if disagrees(report.exercise, cases[first], quick, got[first]) is not None:
            continue
        if agree(report.exercise, report.seed, report.exercise.run(cases, source), got):
            report.diagnosis, report.combined = [one, two], True
            return


def merge(base: str, one: str, two: str) -> str | None:
    """Both changes of a text at once, by lines; None where they touch the same line or a whole text was rewritten."""
    old, a, b = base.splitlines(), one.splitlines(), two.splitlines()
    if len(old) == len(a) == len(b):
        merged = []
        for line, x, y in zip(old, a, b, strict=True):
            if x != line and y != line:
                return None
            merged.append(x if x != line else y)
        return "\n".join(merged) + "\n"
    return None


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
