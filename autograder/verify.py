"""The proof of the checks: mistakes caught on every seed, right ways accepted, mutants killed or excused."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.case import Case, Variant
from autograder.compare import show
from autograder.diagnose import agree
from autograder.exercise import Exercise
from autograder.judge import disagrees, prepare
from autograder.mutants import mutants
from autograder.outcome import Outcome
from autograder.time_limit import time_limit

SEEDS = 200
SEEDS_TRAINING = 20
MUTANT_SEEDS = 3
MUTANT_SECONDS = 2.0
EXCUSED_SHARE = 0.10
EXPECTED_ERRORS = ("ValueError", "IndexError", "KeyError", "TypeError")  # what a reference may raise on bad input
NOT_RUNNING = ("NameError", "SyntaxError", "IndentationError", "UnboundLocalError")
LEAST_MISTAKES = 4
LEAST_RIGHT_WAYS = 2  # other than the solution itself: see design, right ways


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


def verify(exercise: Exercise, seeds: int | None = None, progress: Callable[[], None] = lambda: None) -> Proof:
    """Prove the checks of one exercise over so many seeds (200; 20 for training)."""
    started = time.perf_counter()
    seeds = seeds or (SEEDS_TRAINING if exercise.probe == "trajectory" else SEEDS)
    proof = Proof(exercise, seeds, mistakes=len(exercise.mistakes), right_ways=len(exercise.right_ways))
    _declaration(exercise, proof)
    for seed in range(1, seeds + 1):
        _one_seed(exercise, seed, proof)
        progress()
    proof.caught = proof.mistakes - len({p.split("'")[1] for p in proof.problems if p.startswith("mistake '")})
    proof.accepted = proof.right_ways - len({p.split("'")[1] for p in proof.problems if p.startswith("right way '")})
    _diagnoses(exercise, proof)
    _mutants(exercise, proof)
    proof.problems = list(dict.fromkeys(proof.problems))
    proof.seconds = time.perf_counter() - started
    return proof


def _declaration(exercise: Exercise, proof: Proof) -> None:
    cases = prepare(exercise, 1).cases
    missing = set(exercise.part_points()) - {exercise.part_of(case.label) for case in cases}
    if missing:
        proof.problems.append(f"no case for the parts {sorted(missing)}")
    if not any(case.handmade for case in cases):
        proof.problems.append("no hand-made case: yield some before anything is drawn")
    by_hand = [[case.encoded for case in prepare(exercise, seed).cases if case.handmade] for seed in (1, 2)]
    if by_hand[0] != by_hand[1]:
        proof.problems.append("a hand-made case depends on the seed: yield it before anything is drawn")
    if all(case.handmade for case in cases) and exercise.probe != "verdicts":
        proof.problems.append("no seeded case: a submission could answer by rote")
    if proof.mistakes < LEAST_MISTAKES:
        proof.problems.append(f"{proof.mistakes} mistakes: name at least {LEAST_MISTAKES} that learners make")
    if proof.right_ways < LEAST_RIGHT_WAYS:
        proof.problems.append(
            f"{proof.right_ways} other right ways: give at least {LEAST_RIGHT_WAYS} of another structure"
        )
    if len(exercise.hints) < 3:
        proof.problems.append(f"{len(exercise.hints)} hints: give a nudge, a direction, and one that is nearly there")
    for label in exercise.part_points():
        outcomes = [
            e for c, e in zip(cases, prepare(exercise, 1).expected, strict=True) if exercise.part_of(c.label) == label
        ]
        if outcomes and all(outcome.kind != "value" for outcome in outcomes):
            proof.problems.append(
                f"every case of '{label}' makes the reference raise {outcomes[0].error}: {outcomes[0].message}"
            )


def _one_seed(exercise: Exercise, seed: int, proof: Proof) -> None:
    """Seed 1 on all cases, later ones on the seeded cases alone: the hand-made ones are the same (`_declaration` sees
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


def _first_wrong(exercise: Exercise, pairs: list[tuple[Case, Outcome]], source: str) -> str | None:
    """The first case in which a text is rejected, in words; None where it is accepted. Stops at the first."""
    for case, expected in pairs:
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
        with time_limit(MUTANT_SECONDS):
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
    return _first_wrong(exercise, pairs, source) is not None


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
