"""The exact law: right samplers pass, wrong ones fail, and the p-values are p-values."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from autograder import law
from autograder.outcome import Outcome


def outcome(probabilities: torch.Tensor, seed: int, n: int = 4000, same: bool = False) -> Outcome:
    def draw(s: int) -> torch.Tensor:
        return torch.multinomial(probabilities, n, replacement=True, generator=torch.Generator().manual_seed(s))

    return Outcome("value", value={"draws": draw(seed), "again": draw(seed + 9 * same), "other": draw(seed + 1)})


P = torch.tensor([0.5, 0.0, 0.2, 0.3], dtype=torch.float64)


def test_a_thousand_right_samples_give_uniform_p_values() -> None:
    ps = sorted(law.g_test(law.rows(outcome(P, seed).value["draws"]), law.as_law(P)) for seed in range(1000))
    worst = max(abs(p - (i + 0.5) / 1000) for i, p in enumerate(ps))
    assert worst < 0.06  # Kolmogorov-Smirnov at about 0.001


def test_right_draws_agree() -> None:
    assert all(law.disagreement(P, outcome(P, 0), outcome(P, seed)) is None for seed in range(2, 50))


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (outcome(torch.tensor([0.4, 0.0, 0.3, 0.3]), 5), "another law"),
        (outcome(torch.tensor([0.5, 0.01, 0.2, 0.3]), 5), "can never happen"),
        (outcome(P, 5, same=True), "from `generator` alone"),
        (outcome(P, 5, n=3999), "shape"),
        (Outcome("value", value={"draws": [1, 2]}), "list instead of"),
        (Outcome("value", value=None), "None"),
    ],
)
def test_wrong_draws_are_named(got: Outcome, says: str) -> None:
    found = law.disagreement(P, outcome(P, 1), got)
    assert found is not None and says in found.says


def test_the_same_draws_from_every_generator_are_refused() -> None:
    draws = outcome(P, 3).value["draws"]
    found = law.disagreement(P, outcome(P, 1), Outcome("value", value={"draws": draws, "again": draws, "other": draws}))
    assert found is not None and "another generator seed" in found.says


def test_rare_rows_share_a_bin() -> None:
    many = {(i,): 0.001 for i in range(500)} | {(1000,): 0.5}
    seen: Counter[tuple[int, ...]] = Counter({(1000,): 500})
    seen.update({(i,): 1 for i in range(500)})
    assert law.g_test(seen, many) > 0.1
    assert law.g_test(Counter({(1000,): 300, (0,): 700}), many) < 1e-7


def test_two_samples() -> None:
    a, b = law.rows(outcome(P, 1).value["draws"]), law.rows(outcome(P, 2).value["draws"])
    c = law.rows(outcome(torch.tensor([0.4, 0.1, 0.2, 0.3]), 3).value["draws"])
    assert law.two_samples(a, b) > 1e-3 > 1e-7 > law.two_samples(a, c)
