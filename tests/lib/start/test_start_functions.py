"""The functions of chapter 00: the numbers that its text works out by hand, and the definitions in loops."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from ngram2bert.start.bootstrap import paired_bootstrap
from ngram2bert.start.distance import total_variation
from ngram2bert.start.leaning import share_positive
from ngram2bert.start.log_space import log_sum_exp
from ngram2bert.start.logistic import loss_and_gradients
from ngram2bert.start.softmax import softmax
from ngram2bert.start.splits import split_by_hash

SMALL = settings(max_examples=60, deadline=None, derandomize=True)
INF = math.inf


def doubles(values):
    return torch.tensor(values, dtype=torch.float64)


def test_shares_by_hand():
    shares = share_positive(torch.tensor([632, 1, 0]), torch.tensor([336, 0, 0]))
    assert_close(shares, torch.tensor([633 / 970, 2 / 3, 1 / 2]))


@SMALL
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_shares_of_both_kinds_sum_to_one(positive, negative):
    one, other = doubles([positive]), doubles([negative])
    assert float(share_positive(one, other) + share_positive(other, one)) == pytest.approx(1)
    assert 0 < float(share_positive(one, other)) < 1


def test_total_variation_by_hand():
    p, q = doubles([[0.5, 0.3, 0.2]]), doubles([[0.1, 0.3, 0.6], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0]])
    assert_close(total_variation(p, q), doubles([[0.4, 0.0, 0.8]]))


@SMALL
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 6), st.integers(0, 99))
def test_total_variation_is_the_loop(n, m, v, seed):
    generator = torch.Generator().manual_seed(seed)
    p, q = (torch.rand(rows, v, dtype=torch.float64, generator=generator) for rows in (n, m))
    p, q = p / p.sum(1, keepdim=True), q / q.sum(1, keepdim=True)
    want = [[sum(max(a - b, 0.0) for a, b in zip(x, y, strict=True)) for y in q.tolist()] for x in p.tolist()]
    assert_close(total_variation(p, q), doubles(want).reshape(n, m))


def test_log_sum_exp_by_hand():
    got = log_sum_exp(doubles([-1000.0, -1001.0]), 0)
    assert got.item() == pytest.approx(-1000 + math.log(1 + math.exp(-1)))
    assert got.item() == pytest.approx(-999.687, abs=5e-4)


def test_log_sum_exp_of_nothing_but_impossible_events():
    assert log_sum_exp(doubles([[-INF, -INF], [-INF, 2.0]]), 1).tolist() == [-INF, 2.0]
    assert log_sum_exp(doubles([INF, 0.0]), 0).item() == INF


def test_softmax_by_hand():
    for start in (0.0, 7.0, -5000.0):
        assert_close(softmax(doubles([start, start + math.log(3)]), 0), doubles([0.25, 0.75]))
    assert softmax(doubles([2.0, -INF]), 0).tolist() == [1.0, 0.0]


@SMALL
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6), st.floats(-1e3, 1e3))
def test_softmax_sums_to_one_and_forgets_a_common_term(scores, shift):
    p = softmax(doubles(scores), 0)
    assert float(p.sum()) == pytest.approx(1)
    assert_close(softmax(doubles(scores) + shift, 0), p, rtol=1e-6, atol=1e-9)


def test_loss_and_gradients_by_hand():
    zero = torch.zeros(2, 2, dtype=torch.float64)
    loss, weight_gradient, bias_gradient = loss_and_gradients(zero, zero[0], doubles([[2.0, 1.0]]), torch.tensor([1]))
    assert loss.item() == pytest.approx(math.log(2))
    assert_close(weight_gradient, doubles([[1.0, 0.5], [-1.0, -0.5]]))
    assert_close(bias_gradient, doubles([0.5, -0.5]))


def test_loss_and_gradients_change_nothing():
    case = [torch.randn(3, 4), torch.randn(3), torch.randn(5, 4), torch.tensor([0, 2, 1, 1, 0])]
    before = [t.clone() for t in case]
    loss_and_gradients(*case)
    assert all(torch.equal(a, b) for a, b in zip(case, before, strict=True))


def test_split_keeps_a_name_whatever_else_is_there():
    names = [f"name {i}" for i in range(3000)]
    parts = dict(zip(names, split_by_hash(names, 0.2, 0.1), strict=True))
    assert split_by_hash(names[::-7], 0.2, 0.1) == [parts[name] for name in names[::-7]]
    counts = {part: list(parts.values()).count(part) / 3000 for part in ("test", "validation", "train")}
    assert counts == pytest.approx({"test": 0.1, "validation": 0.2, "train": 0.7}, abs=0.03)


def test_split_is_the_same_on_every_machine():
    parts = split_by_hash(["ca01", "ca02", "cb01", "cd07", "cr05"], 0.3, 0.3)
    assert parts == ["train", "test", "validation", "test", "train"]


def test_a_wider_test_part_only_takes():
    names = [f"name {i}" for i in range(500)]
    narrow, wide = split_by_hash(names, 0.1, 0.1), split_by_hash(names, 0.1, 0.3)
    assert all(b == "test" for a, b in zip(narrow, wide, strict=True) if a == "test")


def test_bootstrap_by_hand():
    a, b = torch.tensor([True, False]), torch.tensor([True, True])
    gains = paired_bootstrap(a, b, 4000, torch.Generator().manual_seed(0))
    assert set(gains.tolist()) == {0.0, 0.5, 1.0}
    assert gains.mean().item() == pytest.approx(0.5, abs=0.03)


def test_bootstrap_repeats_under_one_seed():
    a, b = torch.arange(9) % 2 == 0, torch.arange(9) % 3 == 0
    one, again, other = (paired_bootstrap(a, b, 50, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
