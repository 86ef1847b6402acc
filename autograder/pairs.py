"""Two declared mistakes made at once: patches that can stand together in one text."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from autograder.exercise import Exercise, Variant
from autograder.mistake_runs import outcomes
from autograder.outcome import Outcome
from autograder.prepared import ByIdentity
from autograder.report import CaseResult, Report

MOST_PAIRS = 200  # a bound on their number, not on time: a diagnosis must not depend on how busy the machine is

Explains = Callable[[Exercise, Iterable[Outcome], Sequence[CaseResult]], bool]


def two_at_once(report: Report, explains: Explains) -> list[Variant]:
    """The first pair of mistakes whose text gives what the submission gives on every case; [] where there is none."""
    for one, two, source in _pairs(ByIdentity(report.exercise)):
        if explains(report.exercise, outcomes(report.exercise, report.seed, source), report.results):
            return [one, two]
    return []


@lru_cache(maxsize=256)
def _pairs(key: ByIdentity) -> list[tuple[Variant, Variant, str]]:
    exercise = key.thing
    assert isinstance(exercise, Exercise)
    merged = (
        (one, two, source)
        for one, two in itertools.combinations(exercise.mistakes, 2)
        if (source := merge(exercise.source, one.source, two.source)) is not None
    )
    return list(itertools.islice(merged, MOST_PAIRS))


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
