"""What one submission earned in one exercise: points by parts, the smallest failing case, a line why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from autograder.compare import Difference
from autograder.exercise import Case, Exercise, Variant
from autograder.outcome import Outcome

if TYPE_CHECKING:
    from autograder.marks import Mark

PUBLIC_SEED = 1
SECRET_ONLY = "only cases drawn with the secret seed fail: it answers the known cases, not others of their kind"


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
    """What one submission earned in one exercise, and why.

    diagnosed  True once `diagnosis` has been looked for
    marks      what was made of it, for submissions that answer the same: kept by `graded_card.mark`
    """

    exercise: Exercise
    seed: int
    results: list[CaseResult]
    diagnosis: list[Variant] = field(default_factory=list)
    combined: bool = False
    substituted: tuple[str, ...] = ()
    diagnosed: bool = False
    marks: dict[Any, Mark] = field(default_factory=dict, repr=False, compare=False)

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
        return _smallest([result for result in self.results if not result.passed])

    @property
    def shown_failure(self) -> CaseResult | None:
        """The smallest failing case that a learner may see: of a secret seed's own cases none, as their numbers would
        tell the seed's answers. Cases of a test are other people's code, which no card shows."""
        if self.seed == PUBLIC_SEED or self.exercise.probe == "verdicts":
            return self.first_failure
        return _smallest([result for result in self.results if not result.passed and result.case.handmade])

    def lighten(self) -> None:
        """Drop the passing outcomes, which nobody looks at any more: a class's draws would fill the memory."""
        self.results[:] = [
            CaseResult(result.case, result.expected, result.expected, None) if result.passed else result
            for result in self.results
        ]

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
        if self.shown_failure is None:
            return SECRET_ONLY
        failure = self.shown_failure
        difference = failure.difference
        assert difference is not None
        if failure.got.kind == "missing":
            return difference.says + (f"; there is {failure.got.line!r}" if failure.got.line else "")
        said = f"{difference.says}: got {difference.got}, expected {difference.expected}"
        return " ".join(said.split())[:240]


def _smallest(failing: list[CaseResult]) -> CaseResult | None:
    return min(failing, key=lambda result: size(result.case.arguments), default=None)


def size(value: Any) -> int:
    """How many numbers and letters a learner would have to read."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return int(np.prod(value.shape)) if value.shape else 1
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(map(size, value))
    return len(value) if isinstance(value, (str, bytes)) else 1
