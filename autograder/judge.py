"""From outcomes to points: each case is compared with what is expected there. The verdict is made here alone.

What was decoded from the same bytes is judged once: outcomes that came from a child carry the digest of its answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from autograder import law
from autograder.compare import Difference, disagreement
from autograder.exercise import Case, Exercise
from autograder.memory import remember, takes
from autograder.outcome import Outcome
from autograder.prepared import ByIdentity, Prepared, prepare
from autograder.report import PUBLIC_SEED, SECRET_ONLY, CaseResult, Report, size

__all__ = ["PUBLIC_SEED", "SECRET_ONLY", "CaseResult", "Prepared", "Report", "disagrees", "judge", "prepare", "size"]

MOST_REPORTS = 512  # kept for submissions that answer the same under the same seed
LARGEST_REPORT = 256 << 10  # bytes of wrong answers in one of them: a hostile class shall not fill the memory
MOST_DIFFERENCES = 50_000

Run = Callable[[Exercise, Sequence[Case]], Sequence[Outcome]]
_reports: OrderedDict[Any, Report] = OrderedDict()
_differences: OrderedDict[Any, Difference | None] = OrderedDict()


def judge(exercise: Exercise, run: Run, seed: int = PUBLIC_SEED) -> Report:
    """Run a submission's code on every case of the seed through `run` and compare with the reference.

    run  (exercise, cases) -> one outcome a case; it must not raise for what a submission does
    """
    prepared = prepare(exercise, seed)
    outcomes = run(exercise, prepared.cases)
    if len(outcomes) != len(prepared.cases):
        raise ValueError(f"{len(outcomes)} outcomes for {len(prepared.cases)} cases of {exercise.name}")
    digests = tuple(outcome.digest for outcome in outcomes)
    if not all(digests):  # from the kernel, or a death: nothing to recognise them by
        return _report(exercise, seed, prepared, outcomes)
    key = ByIdentity(exercise), seed, digests
    return remember(_reports, key, MOST_REPORTS, lambda: _report(exercise, seed, prepared, outcomes), _is_small)


def disagrees(exercise: Exercise, case: Case, expected: Outcome, got: Outcome) -> Difference | None:
    """The difference in one case: by value, or by the exact law where the exercise has one."""
    if exercise.exact_law is not None and expected.kind == got.kind == "value":
        return law.disagreement(_law_of(ByIdentity(exercise), ByIdentity(case)), expected, got)
    return disagreement(expected, got, exercise.tolerance)


def forget() -> None:
    """Drop what was kept of submissions: the next ones have another seed."""
    _reports.clear()


def _is_small(report: Report) -> bool:
    """By the wrong answers: the right ones are dropped once its card is made."""
    wrong = [result.got.value for result in report.results if not result.passed]
    return takes(wrong, LARGEST_REPORT) <= LARGEST_REPORT


def _report(exercise: Exercise, seed: int, prepared: Prepared, outcomes: Sequence[Outcome]) -> Report:
    results = [
        CaseResult(case, expected, got, _difference(exercise, case, expected, got))
        for case, expected, got in zip(prepared.cases, prepared.expected, outcomes, strict=True)
    ]
    return Report(exercise, seed, results)


def _difference(exercise: Exercise, case: Case, expected: Outcome, got: Outcome) -> Difference | None:
    if not got.digest:
        return disagrees(exercise, case, expected, got)
    return remember(
        _differences,
        (ByIdentity(case), got.digest),
        MOST_DIFFERENCES,
        lambda: disagrees(exercise, case, expected, got),
    )


@lru_cache(maxsize=256)
def _law_of(exercise: ByIdentity, case: ByIdentity) -> dict[tuple[Any, ...], float]:
    assert isinstance(exercise.thing, Exercise) and isinstance(case.thing, Case) and exercise.thing.exact_law
    arguments = {name: value for name, value in case.thing.fresh().items() if name != "seed"}
    return law.as_law(exercise.thing.exact_law(**arguments))
