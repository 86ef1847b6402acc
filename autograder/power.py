"""The power of the checks of a random exercise: would they reject a mistake whose draws had come out otherwise?

The hand-made cases hold a generator seed, and under it a mistake is rejected or not, always alike. Who makes the same
mistake in other words draws other numbers, so each mistake is tried under other generator seeds as well.
"""

from __future__ import annotations

import dataclasses

from autograder.exercise import Exercise
from autograder.judge import disagrees, prepare

SEEDS = 20
STEP = 7919  # between two generator seeds of a case


def power(exercise: Exercise, seeds: int = SEEDS) -> dict[str, float]:
    """{mistake: share of other generator seeds under which a hand-made case rejects it}; empty without a law."""
    if exercise.exact_law is None:
        return {}
    return {
        mistake.name: sum(_rejected(exercise, mistake.source, number) for number in range(1, seeds + 1)) / seeds
        for mistake in exercise.mistakes
    }


def _rejected(exercise: Exercise, source: str, number: int) -> bool:
    """By a hand-made case, its generator seed moved on `number` times. Stops at the first."""
    prepared = prepare(exercise, 1)
    for case, expected in zip(prepared.cases, prepared.expected, strict=True):
        if case.handmade:
            moved = {name: value + number * STEP for name, value in case.arguments.items() if name == "seed"}
            got = exercise.run([dataclasses.replace(case, arguments=case.arguments | moved)], source)[0]
            if disagrees(exercise, case, expected, got) is not None:
                return True
    return False
