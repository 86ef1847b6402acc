"""Chapter 00 against torch, SciPy and scikit-learn, none of which shares a line with it."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional
from torch.testing import assert_close

from ngram2bert.start.bootstrap import paired_bootstrap
from ngram2bert.start.distance import total_variation
from ngram2bert.start.log_space import log_sum_exp
from ngram2bert.start.logistic import loss_and_gradients
from ngram2bert.start.softmax import softmax

SMALL = settings(max_examples=60, deadline=None, derandomize=True)
SHAPES = st.tuples(*[st.integers(1, 4)] * 3)


def scores(shape, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    x = scale * torch.randn(shape, dtype=torch.float64, generator=generator)
    return x.masked_fill(torch.rand(shape, generator=generator) < 0.2, -torch.inf)


@SMALL
@given(SHAPES, st.integers(-3, 2), st.integers(0, 999), st.sampled_from([1.0, 40.0, 5000.0]))
def test_log_sum_exp_is_torchs(shape, dim, seed, scale):
    x = scores(shape, seed, scale)
    assert_close(log_sum_exp(x, dim), torch.logsumexp(x, dim), rtol=1e-12, atol=1e-12)


@SMALL
@given(SHAPES, st.integers(-3, 2), st.integers(0, 999), st.sampled_from([1.0, 40.0, 5000.0]))
def test_softmax_is_torchs(shape, dim, seed, scale):
    x = scores(shape, seed, scale).nan_to_num(neginf=-scale)  # where a whole row is -inf there is no softmax
    assert_close(softmax(x, dim), functional.softmax(x, dim), rtol=1e-9, atol=1e-12)


def test_log_space_is_scipys():
    special = pytest.importorskip("scipy.special")
    x = scores((5, 7), 3, 300.0)
    assert_close(log_sum_exp(x, 1), torch.from_numpy(special.logsumexp(x.numpy(), axis=1)))
    finite = x.nan_to_num(neginf=-500.0)
    assert_close(softmax(finite, 0), torch.from_numpy(special.softmax(finite.numpy(), axis=0)))


def test_total_variation_is_half_of_scipys_city_block_distance():
    distance = pytest.importorskip("scipy.spatial.distance")
    p, q = (torch.rand(n, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(n)) for n in (4, 6))
    p, q = p / p.sum(1, keepdim=True), q / q.sum(1, keepdim=True)
    assert_close(total_variation(p, q), torch.from_numpy(distance.cdist(p, q, "cityblock") / 2))


@SMALL
@given(st.integers(1, 6), st.integers(2, 4), st.integers(1, 5), st.integers(0, 999), st.sampled_from([1.0, 500.0]))
def test_loss_and_gradients_are_torchs_autograd(b, k, v, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((k, v), (k,), (b, v))
    weight, bias, x = (torch.randn(*shape, dtype=torch.float64, generator=generator) for shape in shapes)
    y = torch.randint(k, (b,), generator=generator)
    leaves = [(scale * weight).requires_grad_(), bias.clone().requires_grad_()]
    theirs = functional.cross_entropy(functional.linear(x, *leaves), y)
    theirs.backward()
    loss, *gradients = loss_and_gradients(scale * weight, bias, x, y)
    assert_close(loss, theirs.detach(), rtol=1e-9, atol=1e-12)
    for ours, leaf in zip(gradients, leaves, strict=True):
        assert_close(ours, leaf.grad, rtol=1e-9, atol=1e-12)


def test_the_loss_is_flat_where_scikit_learn_stops():
    linear_model = pytest.importorskip("sklearn.linear_model")
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(300, 4, dtype=torch.float64, generator=generator)
    y = (x @ torch.tensor([1.0, -2.0, 0.5, 0.0]).double() + torch.randn(300, generator=generator) > 0.3).long()
    fitted = linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=5000).fit(x.numpy(), y.numpy())
    half = torch.from_numpy(fitted.coef_[0] / 2)  # two rows w and -w are one row 2w
    weight, bias = torch.stack([-half, half]), torch.tensor([-fitted.intercept_[0], fitted.intercept_[0]]) / 2
    _, weight_gradient, bias_gradient = loss_and_gradients(weight, bias, x, y)
    assert weight_gradient.abs().max() < 1e-6
    assert bias_gradient.abs().max() < 1e-6


def test_bootstrap_is_the_slow_loop():
    a, b = torch.arange(40) % 3 == 0, torch.arange(40) % 4 != 1
    chosen = torch.randint(40, (200, 40), generator=torch.Generator().manual_seed(8)).tolist()
    want = [sum(int(b[i]) - int(a[i]) for i in row) / 40 for row in chosen]
    assert paired_bootstrap(a, b, 200, torch.Generator().manual_seed(8)).tolist() == pytest.approx(want)


def test_bootstrap_has_the_law_of_all_draws():
    a, b = torch.tensor([True, True, False]), torch.tensor([False, True, True])
    gain = (b.long() - a.long()).tolist()
    every = [sum(row) / 3 for row in itertools.product(gain, repeat=3)]  # 27 test sets, equally likely
    gains = paired_bootstrap(a, b, 40_000, torch.Generator().manual_seed(2))
    for value in sorted(set(every)):
        share = ((gains - value).abs() < 1e-9).double().mean().item()
        assert share == pytest.approx(every.count(value) / 27, abs=0.012)


def test_the_interval_is_scipys():
    stats = pytest.importorskip("scipy.stats")
    generator = torch.Generator().manual_seed(3)
    a = torch.rand(400, generator=generator) < 0.7
    b = torch.where(torch.rand(400, generator=generator) < 0.1, ~a, a)
    gains = paired_bootstrap(a, b, 20_000, torch.Generator().manual_seed(4))
    ours = gains.quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    difference = (b.double() - a.double()).numpy()
    theirs = stats.bootstrap((difference,), np.mean, n_resamples=20_000, method="percentile", rng=0)
    assert ours == pytest.approx(list(theirs.confidence_interval), abs=0.004)
