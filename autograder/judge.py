"""From outcomes to points: expected values, parts, the smallest failing case. The verdict is made here alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from autograder import law
from autograder.compare import Difference, disagreement
from autograder.exercise import Case, Exercise, Variant
from autograder.outcome import Outcome

PUBLIC_SEED = 1


class ByIdentity:
    """Lets a mutable exercise be a key of a cache."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise

    def __hash__(self) -> int:
        return id(self.exercise)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and self.exercise is other.exercise


@dataclass(frozen=True)
class Prepared:
    """The cases of one exercise under one seed, and what the reference gives on them."""

    cases: tuple[Case, ...]
    expected: tuple[Outcome, ...]


@dataclass(frozen=True)
class CaseResult:
    """One case of a report."""

    case: Case
    expected: Outcome
    got: Outcome
    difference: Difference | None

    @property
    def passed(self) -> bool:
        """True where the learner's outcome agrees with the reference's."""
        return self.difference is None


@dataclass
class Report:
    """What one submission earned in one exercise, and why."""

    exercise: Exercise
    seed: int
    results: list[CaseResult]
    diagnosis: list[Variant] = field(default_factory=list)
    combined: bool = False
    substituted: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, tuple[float, float]]:
        """{part: (points earned, points possible)}; a part counts when it has cases and all of them pass."""
        earned = {}
        for part, points in self.exercise.part_points().items():
            of_part = [r.passed for r in self.results if self.exercise.part_of(r.case.label) == part]
            earned[part] = (float(points) if of_part and all(of_part) else 0.0, float(points))
        return earned

    @property
    def points(self) -> float:
        """Points earned, over all parts."""
        return sum(earned for earned, _ in self.parts.values())

    @property
    def passed(self) -> bool:
        """True where every case passes."""
        return all(result.passed for result in self.results)

    @property
    def first_failure(self) -> CaseResult | None:
        """The failing case with the fewest numbers in its arguments; of equals, the first."""
        failing = [result for result in self.results if not result.passed]
        return min(failing, key=lambda result: size(result.case.arguments), default=None)

    @property
    def status(self) -> str:
        """right, partly right, wrong, not yet written, missing, error, timeout or died."""
        if self.passed:
            return "right"
        if self.points > 0:
            return "partly right"
        kinds = {result.got.kind for result in self.results if not result.passed}
        if "stub" in kinds:
            return "not yet written"
        for kind in ("missing", "timeout", "died"):  # what is not run after a time-out counts as died
            if kind in kinds:
                return kind
        return "error" if kinds == {"error"} else "wrong"

    @property
    def own_stub(self) -> bool:
        """True where the exercise itself is not written, rather than one that it builds on."""
        stubs = [result.got for result in self.results if result.got.kind == "stub"]
        return any(stub.line.split(".")[0] == self.exercise.target for stub in stubs)

    @property
    def reason(self) -> str:
        """One line for the teacher's table: why these points."""
        failure = self.first_failure
        if failure is None:
            return "all cases pass"
        if self.status == "not yet written":
            return "not yet written" if self.own_stub else "it calls something that is not yet written"
        if self.diagnosis:
            return (" and " if self.combined else " or ").join(mistake.name for mistake in self.diagnosis)
        difference = failure.difference
        assert difference is not None
        if failure.got.kind in ("timeout", "died"):
            ended = next(result.got for result in self.results if result.got.kind in ("timeout", "died"))
            return f"{'timeout' if ended.kind == 'timeout' else 'died'}: {ended.message or difference.says}"[:240]
        near = f"; there is {failure.got.line!r}" if failure.got.kind == "missing" and failure.got.line else ""
        said = f"{difference.says}: got {difference.got}, expected {difference.expected}{near}"
        return " ".join(said.split())[:240]


def size(value: Any) -> int:
    """How many numbers and letters a learner would have to read."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return int(np.prod(value.shape)) if value.shape else 1
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(map(size, value))
    return len(value) if isinstance(value, (str, bytes)) else 1


@lru_cache(maxsize=4096)
def _prepared(key: ByIdentity, seed: int) -> Prepared:
    cases = key.exercise.make_cases(seed)
    return Prepared(tuple(cases), tuple(key.exercise.run(cases)))


def prepare(exercise: Exercise, seed: int) -> Prepared:
    """Cases and expected outcomes, computed once a seed."""
    return _prepared(ByIdentity(exercise), seed)


def disagrees(exercise: Exercise, case: Case, expected: Outcome, got: Outcome) -> Difference | None:
    """The difference in one case: by value, or by the exact law where the exercise has one."""
    if exercise.exact_law is not None and expected.kind == got.kind == "value":
        arguments = {name: value for name, value in case.fresh().items() if name != "seed"}
        return law.disagreement(exercise.exact_law(**arguments), expected, got)
    return disagreement(expected, got, exercise.tolerance)


Run = Callable[[Exercise, Sequence[Case]], Sequence[Outcome]]


def judge(exercise: Exercise, run: Run, seed: int = PUBLIC_SEED) -> Report:
    """Run a submission's code on every case of the seed through `run` and compare with the reference.

    run  (exercise, cases) -> one outcome a case; it must not raise for what a submission does
    """
    prepared = prepare(exercise, seed)
    outcomes = run(exercise, prepared.cases)
    if len(outcomes) != len(prepared.cases):
        raise ValueError(f"{len(outcomes)} outcomes for {len(prepared.cases)} cases of {exercise.name}")
    results = [
        CaseResult(case, expected, got, disagrees(exercise, case, expected, got))
        for case, expected, got in zip(prepared.cases, prepared.expected, outcomes, strict=True)
    ]
    return Report(exercise, seed, results)
