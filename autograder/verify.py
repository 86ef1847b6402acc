"""The proof of the checks: mistakes caught on every seed, right ways accepted, mutants killed or excused."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.case import Case, Variant
from autograder.declaration import missing
from autograder.diagnose import agree
from autograder.exercise import Exercise
from autograder.judge import disagrees, prepare
from autograder.mutants import mutants
from autograder.outcome import Outcome
from autograder.power import power
from autograder.show import show
from autograder.time_limit import time_limit

SEEDS = 200
SEEDS_TRAINING = 20
POWER_SEEDS = 20
MUTANT_SEEDS = 3
MUTANT_SECONDS = 2.0  # a case
EXCUSED_SHARE = 0.10
EXPECTED_ERRORS = ("ValueError", "IndexError", "KeyError", "TypeError")  # what a reference may raise on bad input
NOT_RUNNING = ("NameError", "SyntaxError", "IndentationError", "UnboundLocalError")


@dataclass
class Proof:
    """What `verify` found of one exercise. `problems` is empty where the checks are proven."""

    exercise: Exercise
    seeds: int
    mistakes: int = 0
    caught: int = 0
    right_ways: int = 0
    accepted: int = 0
    mutants: int = 0
    killed: int = 0
    excused: int = 0
    told_apart: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    not_by_hand: list[str] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)
    ambiguous: list[tuple[str, ...]] = field(default_factory=list)
    power: dict[str, float] = field(default_factory=dict)


def verify(exercise: Exercise, seeds: int | None = None, progress: Callable[[], None] = lambda: None) -> Proof:
    """Prove the checks of one exercise over so many seeds (200; 20 for training)."""
    started = time.perf_counter()
    seeds = seeds or (SEEDS_TRAINING if exercise.probe == "trajectory" else SEEDS)
    proof = Proof(exercise, seeds, mistakes=len(exercise.mistakes), right_ways=len(exercise.right_ways))
    proof.problems += missing(exercise)
    try:
        prepare(exercise, 1)
    except Exception:  # there is nothing to prove with: `missing` has said why
        return proof
    for seed in range(1, seeds + 1):
        _one_seed(exercise, seed, proof)
        progress()
    proof.caught = proof.mistakes - len({p.split("'")[1] for p in proof.problems if p.startswith("mistake '")})
    proof.accepted = proof.right_ways - len({p.split("'")[1] for p in proof.problems if p.startswith("right way '")})
    _diagnoses(exercise, proof)
    proof.power = power(exercise, min(seeds, POWER_SEEDS))
    for name, share in proof.power.items():
        if share < 1 and name not in proof.not_by_hand:
            proof.problems.append(f"power: under other generator seeds '{name}' is rejected {share:.0%} of the time")
    _mutants(exercise, proof)
    proof.problems = list(dict.fromkeys(proof.problems))
    proof.seconds = time.perf_counter() - started
    return proof


def _one_seed(exercise: Exercise, seed: int, proof: Proof) -> None:
    """Seed 1 on all cases, later ones on the seeded cases alone: the hand-made ones are the same (`missing` sees
    to that), and a mistake that falls to them falls on every seed."""
    cases = [pair for pair in _pairs(exercise, seed) if seed == 1 or not pair[0].handmade]
    for _, expected in cases:
        if expected.kind == "error" and expected.error not in EXPECTED_ERRORS:
            proof.problems.append(f"the reference raises {expected.error} on seed {seed}: {expected.message}")
    if wrong := _first_wrong(exercise, cases, exercise.source):
        proof.problems.append(f"the solution's own text is rejected on seed {seed}: {wrong}")
    for way in exercise.right_ways:
        if wrong := _first_wrong(exercise, cases, way.source):
            proof.problems.append(f"right way '{way.name}' is rejected: {wrong}")
    for mistake in exercise.mistakes:
        if seed == 1:
            _mistake(exercise, mistake, proof)
        elif mistake.name in proof.not_by_hand and _first_wrong(exercise, cases, mistake.source) is None:
            proof.problems.append(f"mistake '{mistake.name}' passes on seed {seed}")


def _mistake(exercise: Exercise, mistake: Variant, proof: Proof) -> None:
    """It must run at all, and fall to the hand-made cases alone."""
    pairs = _pairs(exercise, 1)
    outcomes = exercise.run([case for case, _ in pairs], mistake.source)
    if all(outcome.error in NOT_RUNNING for outcome in outcomes):
        proof.problems.append(f"mistake '{mistake.name}' does not even run: {outcomes[0].error}: {outcomes[0].message}")
    rejected = [disagrees(exercise, *pair, got) is not None for pair, got in zip(pairs, outcomes, strict=True)]
    if not any(wrong for (case, _), wrong in zip(pairs, rejected, strict=True) if case.handmade):
        proof.not_by_hand.append(mistake.name)
        which = "the hand-made cases" if any(rejected) else "on seed 1"
        proof.problems.append(f"mistake '{mistake.name}' passes {which}")


def _pairs(exercise: Exercise, seed: int) -> list[tuple[Case, Outcome]]:
    prepared = prepare(exercise, seed)
    return list(zip(prepared.cases, prepared.expected, strict=True))


def _first_wrong(
    exercise: Exercise, pairs: list[tuple[Case, Outcome]], source: str, seconds: float | None = None
) -> str | None:
    """The first case in which a text is rejected, in words; None where it is accepted. Stops at the first.

    seconds  a case may take; the judging is not limited, for it is not the text's fault
    """
    for case, expected in pairs:
        with time_limit(seconds) if seconds else contextlib.nullcontext():
            got = exercise.run([case], source)[0]
        if got.error == "OutOfTime":
            return "it did not come to an end"
        if (d := disagrees(exercise, case, expected, got)) is not None:
            return f"{d.where} {d.says}: expected {d.expected}, got {d.got}"
    return None


def _diagnoses(exercise: Exercise, proof: Proof) -> None:
    """Which mistakes give one and the same output on every case of the public seed?"""
    outcomes = {m.name: exercise.run(prepare(exercise, 1).cases, m.source) for m in exercise.mistakes}
    groups = set()
    for one in outcomes:
        alike = tuple(two for two in outcomes if one == two or agree(exercise, 1, outcomes[two], outcomes[one]))
        if len(alike) > 1:
            groups.add(alike)
        proof.told_apart += len(alike) == 1
    proof.ambiguous = sorted(groups)


def _mutants(exercise: Exercise, proof: Proof) -> None:
    """Run every mutant; those that no case rejects must be excused by a reason."""
    left = dict(exercise.equivalents)
    for mutant in mutants(exercise.source, constants=exercise.probe != "verdicts"):
        proof.mutants += 1
        killed = _killed(exercise, mutant.source)
        if killed:
            proof.killed += 1
        elif mutant.change in left:
            proof.excused += 1
        else:
            proof.survivors.append(mutant.change)
        if not killed:
            left.pop(mutant.change, None)
    proof.problems += [f"mutant survives: {change}" for change in proof.survivors]
    proof.problems += [f"excused mutant is killed or does not exist: {change}" for change in left]
    if proof.mutants and proof.excused > math.ceil(EXCUSED_SHARE * proof.mutants):
        proof.problems.append(
            f"{proof.excused} of {proof.mutants} mutants are excused; at most {EXCUSED_SHARE:.0%} may be"
        )


def _killed(exercise: Exercise, source: str) -> bool:
    """Rejected by a hand-made case, or by a seeded one of the first seeds."""
    seeds = range(1, MUTANT_SEEDS + 1)
    pairs = [pair for seed in seeds for pair in _pairs(exercise, seed) if seed == 1 or not pair[0].handmade]
    return _first_wrong(exercise, pairs, source, MUTANT_SECONDS) is not None


def row(proof: Proof) -> list[str]:
    """A row of the table that `ngram2bert verify` prints."""
    return [
        proof.exercise.name,
        f"{proof.caught}/{proof.mistakes}",
        f"{proof.accepted}/{proof.right_ways}",
        f"{proof.killed}/{proof.mutants}",
        str(proof.excused),
        show(proof.told_apart),
        f"{proof.seconds:.1f} s",
        "proven" if not proof.problems else f"{len(proof.problems)} problems",
    ]
