"""What is remembered of submissions stays within bounds, whatever they answer."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch

from autograder import judge, remembered, wire
from autograder.exercise import Case
from autograder.memory import remember, takes
from autograder.outcome import Outcome
from tests.kinds import declarations

EXERCISE = declarations.cross_entropy


def body(value: object) -> bytes:
    """A child's answer to case 0."""
    return wire.encode((0, "value", value, "", "", "", ""))


def test_the_least_recently_used_goes_and_what_may_not_stay_does_not() -> None:
    memory: OrderedDict[int, int] = OrderedDict()
    for n in (1, 2, 1, 3):
        remember(memory, n, 2, lambda n=n: n)  # type: ignore[misc]
    assert list(memory) == [1, 3]
    assert remember(memory, 4, 2, lambda: 4, keep=lambda _: False) == 4 and 4 not in memory


def test_decoded_data_counts_with_what_it_takes_here() -> None:
    small_on_the_wire = [[] for _ in range(20_000)]
    assert takes(small_on_the_wire, 1 << 30) > 5 * len(body(small_on_the_wire))
    assert takes(torch.zeros(1).expand(1000), 1 << 30) < 4000 < takes(torch.zeros(1000), 1 << 30)
    assert takes([0] * 10**6 + [[1.5] * 10**6], 10) < 10**7  # it ends as soon as it is enough


def test_large_answers_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_known", OrderedDict())
    monkeypatch.setattr(remembered, "_size", 0)
    small, large = body(1.0), body([[] for _ in range(20_000)])
    assert remembered.outcome(0, 1 << 25, small)[0] is remembered.outcome(0, 1 << 25, small)[0]
    assert remembered.outcome(0, 1 << 25, large)[0] is not remembered.outcome(0, 1 << 25, large)[0]
    monkeypatch.setattr(remembered, "MOST_BYTES", 10_000)
    for n in range(20):
        remembered.outcome(0, 1 << 25, body(float(n)))
    assert len(remembered._known) < 6 and 0 < remembered._size <= 10_000


def test_a_report_of_large_wrong_answers_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "_reports", OrderedDict())

    def answering(value: object) -> judge.Report:
        digest = str(len(str(value)))[:8].encode()

        def run(_: object, cases: list[Case]) -> list[Outcome]:
            return [Outcome("value", value, digest=digest) for _ in cases]

        return judge.judge(EXERCISE, run, seed=5)  # type: ignore[arg-type]

    wrong, huge = "no number", ["no number"] * 100_000
    assert answering(wrong) is answering(wrong)
    assert answering(huge) is not answering(huge)
