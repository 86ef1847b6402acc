"""What a declared mistake gives on the cases of an exercise, case by case and only as far as somebody asks.

Most mistakes part from a submission on the first hand-made cases. These are the same under every seed, so they are run
once a process; only a mistake that agrees on all of them is run on a seed's own cases.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograder.exercise import Case, Exercise
from autograder.memory import remember
from autograder.outcome import Outcome
from autograder.prepared import ByIdentity, prepare
from autograder.reference import run_here
from autograder.time_limit import OutOfTime, time_limit

SECONDS = 10.0  # only an endless loop takes so long, and it ends nowhere else either: no answer depends on the load
MOST_BY_HAND = 8192
MOST_SEEDED = 128


class Run:
    """One text on some cases, in order, in one namespace, each case run when it is first asked for."""

    def __init__(self, exercise: Exercise, source: str, cases: Sequence[Case]):
        self.cases, self.outcomes = cases, list[Outcome]()
        self._next: Callable[[Case], Outcome] | None = None
        self._make = lambda: _runner(exercise, source)

    def outcome(self, number: int) -> Outcome:
        """The outcome of a case; of the cases before it too, as a text may remember what it was called with."""
        while len(self.outcomes) <= number:
            if self._next is None:
                self._next = self._make()
            self.outcomes.append(_in_time(self._next, self.cases[len(self.outcomes)]))
        return self.outcomes[number]


_by_hand: OrderedDict[Any, Run] = OrderedDict()
_seeded: OrderedDict[Any, Run] = OrderedDict()


def outcomes(exercise: Exercise, seed: int, source: str) -> Iterator[Outcome]:
    """The outcomes of a text on the cases of a seed, one after the other, none of them before it is asked for."""
    prepared = prepare(exercise, seed)
    cases, known = prepared.cases, prepared.by_hand
    key = ByIdentity(exercise), source, tuple(id(case) for case in cases[:known])
    run = remember(_by_hand, key, MOST_BY_HAND, lambda: Run(exercise, source, cases[:known]))
    for number in range(known):
        yield run.outcome(number)
    if known < len(cases):
        whole = remember(_seeded, (key, seed), MOST_SEEDED, lambda: Run(exercise, source, cases))
        for number in range(known, len(cases)):
            yield whole.outcome(number)


def _runner(exercise: Exercise, source: str) -> Callable[[Case], Outcome]:
    """Runs a text in the reference's place on one case; the calls share one namespace."""
    try:
        space = exercise.space(source)
    except Exception as error:  # two changes at once may not even compile
        broken = Outcome("error", error=type(error).__name__, message=str(error)[:200])
        return lambda _: broken
    probe, target, forbids = exercise.probe_source, exercise.target, exercise.forbids
    return lambda case: run_here(probe, space, target, [case.fresh()], seed=0, forbids=forbids)[0]


def forget() -> None:
    """Drop what was run on a seed's own cases."""
    _seeded.clear()


def _in_time(run: Callable[[Case], Outcome], case: Case) -> Outcome:
    with contextlib.suppress(OutOfTime), time_limit(SECONDS):
        outcome = run(case)
        return Outcome("timeout") if outcome.error == "OutOfTime" else outcome
    return Outcome("timeout")
