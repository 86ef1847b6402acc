"""What a declaration still lacks, in plain words: the part of the proof that needs no seed."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence

from autograder.errors import UserError
from autograder.exercise import Case, Exercise
from autograder.judge import prepare

LEAST_MISTAKES = 4
LEAST_RIGHT_WAYS = 2  # other than the solution itself: see design, right ways
HINTS = 3
LONGEST_TOLD = 400


def missing(exercise: Exercise) -> list[str]:
    """What is missing of an exercise, a line each; empty where all is there."""
    return [*_counts(exercise), *_variants(exercise), *_cases(exercise)]


def _counts(exercise: Exercise) -> Iterator[str]:
    mistakes, ways, hints = len(exercise.mistakes), len(exercise.right_ways), len(exercise.hints)
    if mistakes < LEAST_MISTAKES:
        yield f"{_of(mistakes, 'mistake')}: name at least {LEAST_MISTAKES} that learners make"
    if ways < LEAST_RIGHT_WAYS:
        yield f"{_of(ways, 'other right way')}: give at least {LEAST_RIGHT_WAYS} of another structure"
    if hints < HINTS:
        yield f"{_of(hints, 'hint')}: give a nudge, a direction, and one that is nearly there"


def _variants(exercise: Exercise) -> Iterator[str]:
    for kind, variants in (("mistakes", exercise.mistakes), ("right ways", exercise.right_ways)):
        names = [variant.name for variant in variants]
        yield from (f"two {kind} are called '{name}'" for name in dict.fromkeys(names) if names.count(name) > 1)
    for mistake in exercise.mistakes:
        if not mistake.told.strip():
            yield f"the mistake '{mistake.name}' tells the learner nothing: say what they did and where to look"
        elif len(mistake.told) > LONGEST_TOLD:
            yield f"the mistake '{mistake.name}' tells {len(mistake.told)} letters: {LONGEST_TOLD} are enough"


def _cases(exercise: Exercise) -> Iterator[str]:
    try:
        prepared = prepare(exercise, 1)
        again = prepare(exercise, 2).cases
    except UserError as error:
        yield str(error).removeprefix(f"{exercise.name}: ").removeprefix(f"{exercise.name} ")
        return
    except Exception as error:
        yield f"its cases cannot be made: {type(error).__name__}: {error}{_line(exercise, error)}"
        return
    cases = prepared.cases
    if without := set(exercise.part_points()) - {exercise.part_of(case.label) for case in cases}:
        yield f"no case for the parts {sorted(without)}"
    if not any(case.handmade for case in cases):
        yield "no hand-made case: yield some before anything is drawn"
    if [case.encoded for case in cases if case.handmade] != [case.encoded for case in again if case.handmade]:
        yield "a hand-made case depends on the seed: yield it before anything is drawn"
    if exercise.probe != "verdicts":  # the cases of a test are the implementations that it judges
        yield from _by_rote(exercise, cases, again)
    for label in exercise.part_points():
        outcomes = [
            expected
            for case, expected in zip(cases, prepared.expected, strict=True)
            if exercise.part_of(case.label) == label
        ]
        if outcomes and all(outcome.kind != "value" for outcome in outcomes):
            yield f"every case of '{label}' makes the reference raise {outcomes[0].error}: {outcomes[0].message}"


def _by_rote(exercise: Exercise, cases: Sequence[Case], again: Sequence[Case]) -> Iterator[str]:
    """Parts whose cases are the same under two seeds: they stand on the cards, and a table of answers earns them."""
    if all(case.handmade for case in cases):
        yield "no seeded case: a submission could answer by rote"
        return
    for part in exercise.part_points():
        one, two = ([case.encoded for case in made if exercise.part_of(case.label) == part] for made in (cases, again))
        if one and one == two:
            yield f"part '{part}' has no seeded case, so a table of answers would earn it: yield one that is drawn"


def _line(exercise: Exercise, error: Exception) -> str:
    """Where in the declarations it happened."""
    source = exercise.case_source.__code__.co_filename if exercise.case_source else ""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == source]
    return f" (line {lines[-1]} of the declarations)" if lines else ""


def _of(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'s' * (count != 1)}"
