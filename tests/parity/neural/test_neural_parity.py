"""Chapter 03 against torch: its autograd, its losses, its optimiser. None of it is used by the code under test."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.testing import assert_close

from ngram2bert import neural

SMALL = settings(max_examples=50, deadline=None, derandomize=True)
DIRECT = pytest.mark.parametrize("direct", [False, True])


def network(v=11, n=4, m=3, h=5, direct=False, seed=0, batch=9):
    """Random float64 parameters, biases included, contexts with repeated words, targets."""
    generator = torch.Generator().manual_seed(seed)
    params = neural.new_params(v, n, m, h, direct, seed, torch.float64)
    for name, value in params.items():
        params[name] = value + torch.randn(value.shape, generator=generator, dtype=torch.float64)
    contexts = torch.randint(0, v - 2, (batch, n - 1), generator=generator)  # two words never occur
    return params, contexts, torch.randint(0, v, (batch,), generator=generator)


def torchs_scores(params, contexts):
    """The same network from torch's own layers."""
    x = functional.embedding(contexts, params["C"]).flatten(1)
    y = functional.linear(torch.tanh(functional.linear(x, params["H"], params["d"])), params["U"], params["b"])
    return y + functional.linear(x, params["W"]) if "W" in params else y


def autograds(loss_of, values):
    """The gradient of a number with respect to named tensors, by autograd."""
    leaves = {name: value.clone().requires_grad_() for name, value in values.items()}
    loss = loss_of(leaves)
    return loss.detach(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))


@SMALL
@given(
    st.tuples(*[st.integers(1, 4)] * 3),
    st.integers(-3, 2),
    st.integers(0, 999),
    st.sampled_from([1.0, 40.0, 1e4]),
    st.sampled_from([torch.float64, torch.float32]),
)
def test_log_softmax_is_torchs(shape, dim, seed, scale, dtype):
    generator = torch.Generator().manual_seed(seed)
    x = scale * torch.randn(shape, dtype=dtype, generator=generator)
    assert_close(neural.log_softmax(x, dim), functional.log_softmax(x, dim))


def test_log_softmax_with_infinities_and_extremes():
    x = torch.tensor([[0.0, -math.inf, 3.0], [1e300, -1e300, 1e300], [-1e4, -1e4 - 1, -1e4 - 800]], dtype=torch.float64)
    assert_close(neural.log_softmax(x, 1), functional.log_softmax(x, 1))
    assert torch.isfinite(neural.log_softmax(x[2], 0)).all()  # exp(-800) is 0: log(softmax) would be -inf


@SMALL
@given(st.integers(1, 7), st.integers(2, 6), st.integers(0, 999), st.sampled_from([0.1, 5.0, 2000.0]))
def test_cross_entropy_and_its_gradient_are_torchs(batch, v, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    scores = scale * torch.randn(batch, v, dtype=torch.float64, generator=generator)
    targets = torch.randint(0, v, (batch,), generator=generator)
    for ignore in (-1, int(targets[0]) if (targets != targets[0]).any() else -1, -100):
        loss, grads = autograds(
            lambda p, i=ignore: functional.cross_entropy(p["s"], targets, ignore_index=i), {"s": scores}
        )
        assert_close(neural.cross_entropy(scores, targets, ignore), loss)
        assert_close(neural.cross_entropy_grad(scores, targets, ignore), grads["s"], rtol=1e-9, atol=1e-14)


@DIRECT
def test_forward_is_torchs(direct):
    params, contexts, _ = network(direct=direct)
    y, x, a = neural.forward_pass(params, contexts)
    assert_close(y, torchs_scores(params, contexts))
    assert_close(x, functional.embedding(contexts, params["C"]).flatten(1))
    assert_close(a, torch.tanh(functional.linear(x, params["H"], params["d"])))


@DIRECT
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_backward_output_is_autograds(direct, seed):
    params, contexts, _ = network(direct=direct, seed=seed)
    y, x, a = neural.forward_pass(params, contexts)
    d_y = torch.randn(y.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))

    def total(p):
        out = functional.linear(p["a"], p["U"], p["b"])
        return ((out + functional.linear(p["x"], p["W"]) if direct else out + 0 * p["x"].sum()) * d_y).sum()

    names = ["b", "U", "W"] if direct else ["b", "U"]
    _, wanted = autograds(total, {name: params[name] for name in names} | {"x": x, "a": a})
    grads, d_a, d_x = neural.backward_output(params, x, a, d_y)
    assert set(grads) == set(names)
    for name in names:
        assert_close(grads[name], wanted[name])
    assert_close(d_a, wanted["a"])
    assert_close(d_x, wanted["x"])


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])  # at 30 the hidden units are saturated and the slope is 0
def test_backward_hidden_is_autograds(scale):
    params, contexts, _ = network(seed=4)
    params["H"] = params["H"] * scale
    _, x, a = neural.forward_pass(params, contexts)
    d_a = torch.randn(a.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    values = {"d": params["d"], "H": params["H"], "x": x}
    _, wanted = autograds(lambda p: (torch.tanh(functional.linear(p["x"], p["H"], p["d"])) * d_a).sum(), values)
    grads, d_x = neural.backward_hidden(params, x, a, d_a)
    for name, got in {**grads, "x": d_x}.items():
        assert_close(got, wanted[name])


def test_backward_embedding_is_autograds():
    params, contexts, _ = network(seed=5)
    assert contexts.unique().numel() < contexts.numel()  # words that stand in several places
    d_x = torch.randn(len(contexts), 9, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    values = {"C": params["C"]}
    _, wanted = autograds(lambda p: (functional.embedding(contexts, p["C"]).flatten(1) * d_x).sum(), values)
    assert_close(neural.backward_embedding(contexts, d_x, 11), wanted["C"])


@DIRECT
@pytest.mark.parametrize(("n", "h"), [(2, 5), (5, 1), (3, 0)])
def test_gradients_are_autograds(direct, n, h):
    params, contexts, targets = network(n=n, h=h, direct=direct, seed=6)
    loss, wanted = autograds(lambda p: functional.cross_entropy(torchs_scores(p, contexts), targets), params)
    got, grads = neural.gradients(params, contexts, targets)
    assert_close(got, loss)
    assert set(grads) == set(params)
    for name in params:
        assert_close(grads[name], wanted[name], rtol=1e-9, atol=1e-13)


@DIRECT
def test_forward_passes_gradcheck(direct):
    """torch's own finite differences, through our forward pass and our loss."""
    params, contexts, targets = network(v=5, m=2, h=3, direct=direct, seed=7, batch=4)
    names = list(params)

    def loss(*values):
        return neural.cross_entropy(neural.forward_pass(dict(zip(names, values, strict=True)), contexts)[0], targets)

    assert torch.autograd.gradcheck(loss, [params[name].requires_grad_() for name in names], eps=1e-6, atol=1e-7)


def test_numerical_gradient_is_autograds():
    params, contexts, targets = network(v=5, m=2, h=3, direct=True, seed=8, batch=4)
    for name in params:

        def loss(w, name=name):
            return functional.cross_entropy(torchs_scores({**params, name: w}, contexts), targets)

        before = params[name].clone()
        _, wanted = autograds(lambda p, name=name, loss=loss: loss(p[name]), {name: params[name]})
        assert_close(neural.numerical_gradient(loss, params[name]), wanted[name], rtol=1e-6, atol=1e-9)
        assert torch.equal(params[name], before)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.8), (0.0, 0.0)])
@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e6])  # at 1e-9 the place of eps decides
def test_adam_is_torchs(betas, scale):
    generator = torch.Generator().manual_seed(9)
    shapes = {"H": (3, 4), "d": (3,)}
    start = {name: torch.randn(shape, dtype=torch.float64, generator=generator) for name, shape in shapes.items()}
    params, state = {name: value.clone() for name, value in start.items()}, {"t": 0, "m": {}, "v": {}}
    theirs = {name: value.clone().requires_grad_() for name, value in start.items()}
    optimizer = torch.optim.Adam(theirs.values(), lr=0.03, betas=betas, eps=1e-7)
    for _ in range(6):
        grads = {
            name: scale * torch.randn(shape, dtype=torch.float64, generator=generator) for name, shape in shapes.items()
        }
        neural.adam_step(params, grads, state, 0.03, betas, 1e-7)
        for name, value in theirs.items():
            value.grad = grads[name]
        optimizer.step()
        for name in shapes:
            assert_close(params[name], theirs[name].detach(), rtol=1e-10, atol=1e-12)
    assert state["t"] == 6


def test_training_by_hand_is_training_by_autograd():
    """`gradients` and `adam_step` in a loop against `train` on the same network from torch's layers."""
    v, n, m, h = 11, 4, 3, 5
    params, contexts, targets = network(v, n, m, h, batch=24, seed=10)
    model = nn.Sequential(
        nn.Embedding(v, m), nn.Flatten(), nn.Linear((n - 1) * m, h), nn.Tanh(), nn.Linear(h, v)
    ).double()
    model.load_state_dict(
        {
            "0.weight": params["C"],
            "2.weight": params["H"],
            "2.bias": params["d"],
            "4.weight": params["U"],
            "4.bias": params["b"],
        }
    )
    batches = list(zip(contexts.split(8), targets.split(8), strict=True))
    losses = neural.train(model, batches, rate=0.05)
    state = {"t": 0, "m": {}, "v": {}}
    for (rows, words), loss in zip(batches, losses, strict=True):
        mine, grads = neural.gradients(params, rows, words)
        neural.adam_step(params, grads, state, 0.05)
        assert_close(float(mine), loss)
    for name, theirs in zip(("C", "H", "d", "U", "b"), model.parameters(), strict=True):
        assert_close(params[name], theirs.detach())


@pytest.mark.parametrize(("direct", "dtype"), [(False, torch.float64), (True, torch.float64), (False, torch.float32)])
def test_fast_gradients_are_gradients(direct, dtype):
    params, contexts, targets = network(direct=direct, seed=11)
    params = {name: value.to(dtype) for name, value in params.items()}
    loss, wanted = neural.gradients(params, contexts, targets)
    got, grads = neural.fast_gradients(params, contexts, targets)
    assert math.isclose(got, float(loss), rel_tol=1e-6)
    assert set(grads) == set(params)
    for name in params:
        assert_close(grads[name], wanted[name])


def test_fast_gradients_with_dropout_are_autograds():
    params, contexts, targets = network(direct=True, seed=12)
    generator = torch.Generator().manual_seed(12)
    keep = tuple((torch.rand(9, width, generator=generator) < 0.6).double() / 0.6 for width in (9, 5))

    def loss(p):
        x = functional.embedding(contexts, p["C"]).flatten(1) * keep[0]
        a = torch.tanh(functional.linear(x, p["H"], p["d"])) * keep[1]
        return functional.cross_entropy(functional.linear(a, p["U"], p["b"]) + functional.linear(x, p["W"]), targets)

    value, wanted = autograds(loss, params)
    got, grads = neural.fast_gradients(params, contexts, targets, keep)
    assert math.isclose(got, float(value), rel_tol=1e-12)
    for name in params:
        assert_close(grads[name], wanted[name])


def test_contexts_are_chapter_01s_ngrams(brown_ids):
    """Counted, the windows are `count_ngrams`' table."""
    from ngram2bert.ngrams import count_ngrams, unique_rows

    _, (train, *_) = brown_ids
    for n in (2, 5):
        rows, targets = neural.contexts(train[:300], n, 0, 1)
        grams, counts = count_ngrams(train[:300], n, 0, 1)
        mine, _, times = unique_rows(torch.cat([rows, targets[:, None]], dim=1))
        assert torch.equal(mine, grams) and torch.equal(times, counts)


def test_epoch_is_a_permutation():
    rows, targets = torch.arange(20).reshape(10, 2), torch.arange(10)
    batches = list(neural.epoch(rows, targets, 4, torch.Generator().manual_seed(1)))
    assert [len(t) for _, t in batches] == [4, 4, 2]
    assert sorted(itertools.chain.from_iterable(t.tolist() for _, t in batches)) == list(range(10))
    assert all(torch.equal(x, rows[t]) for x, t in batches)


def test_mix_is_chapter_01s_em_and_the_best_weight():
    from ngram2bert.ngrams import em_weights

    generator = torch.Generator().manual_seed(13)
    p, q = torch.rand(2, 200, dtype=torch.float64, generator=generator)
    w, mixed = neural.mix(p.log(), q.log(), steps=15)
    weights, _ = em_weights(torch.stack([p, q], dim=1), torch.ones(200), 15)
    assert math.isclose(w, float(weights[0]), rel_tol=1e-9)
    assert_close(mixed, (w * p + (1 - w) * q).log())
    best, _ = neural.mix(p.log(), q.log(), steps=2000)
    grid = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    likely = (grid[:, None] * p + (1 - grid[:, None]) * q).log().mean(1)
    assert abs(best - float(grid[likely.argmax()])) < 1e-3


def test_mix_where_probabilities_are_far_below_what_a_float_holds():
    log_p = torch.tensor([-2000.0, -1500.0, -3.0], dtype=torch.float64)
    log_q = torch.tensor([-1990.0, -1503.0, -math.inf], dtype=torch.float64)
    w, mixed = neural.mix(log_p, log_q, steps=3)
    assert 0 < w < 1 and torch.isfinite(mixed).all()
    assert mixed[0] > -1992 and mixed[2] < -3
