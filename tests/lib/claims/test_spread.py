"""Means, deviations, and the paired bootstrap."""

import math

import pytest
import torch

from ngram2bert.claims.spread import mean_and_sd, plus_minus, resampled_bits


def test_mean_and_deviation():
    assert mean_and_sd([1, 2, 6]) == pytest.approx((3, math.sqrt(7)))
    mean, sd = mean_and_sd([4.0])
    assert mean == 4
    assert math.isnan(sd)
    with pytest.raises(ValueError, match="at least one"):
        mean_and_sd([])


def test_bootstrap_spreads_as_theory_says():
    chance = torch.Generator().manual_seed(0)
    bits = torch.rand(2000, 1, generator=chance, dtype=torch.float64) * 10
    again = resampled_bits(bits, torch.ones(2000), 4000, seed=3)[:, 0]
    assert float(again.mean()) == pytest.approx(float(bits.mean()), abs=0.01)
    assert float(again.std()) == pytest.approx(float(bits.std()) / math.sqrt(2000), rel=0.05)


def test_bootstrap_is_paired_and_weighs_sentences_by_length():
    tokens = torch.tensor([1, 9, 5, 5])
    bits = torch.stack([tokens * 2.0, tokens * 2.0 + 3 * tokens], dim=1)  # 2 and 5 bits a token in every sentence
    again = resampled_bits(bits, tokens, 50, seed=1)
    torch.testing.assert_close(again, torch.tensor([[2.0, 5.0]]).double().expand(50, 2))


def test_bootstrap_wants_a_row_a_sentence():
    with pytest.raises(ValueError, match="one row a sentence"):
        resampled_bits(torch.ones(3, 1), torch.ones(4), 2, 0)


def test_plus_minus():
    assert plus_minus(3.456, 0.123) == "3.5 ± 0.1"
    assert plus_minus(3.456, math.nan, 2) == "3.46"
