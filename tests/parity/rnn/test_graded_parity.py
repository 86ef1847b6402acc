"""Chapter 05's graded functions against torch: nn.RNN, nn.LayerNorm, autograd, its clipping, QR, eigenvalues."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.testing import assert_close

from ngram2bert import rnn

SMALL = settings(max_examples=40, deadline=None, derandomize=True)
SIZES = pytest.mark.parametrize(("t", "b", "m", "h"), [(1, 1, 1, 1), (5, 3, 2, 4), (4, 4, 4, 4), (30, 2, 3, 5)])


def draw(*shape, seed=0):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def network(m, h, seed=0):
    return {"W_x": draw(h, m, seed=seed), "W_h": draw(h, h, seed=seed + 1) / math.sqrt(h), "b": draw(h, seed=seed + 2)}


def torchs(params):
    """nn.RNN with the same weights; its second bias, b_hh, is 0."""
    layer = nn.RNN(params["W_x"].shape[1], len(params["b"])).double()
    with torch.no_grad():
        layer.weight_ih_l0.copy_(params["W_x"])
        layer.weight_hh_l0.copy_(params["W_h"])
        layer.bias_ih_l0.copy_(params["b"])
        layer.bias_hh_l0.zero_()
    return layer


@SIZES
def test_a_step_and_all_steps_are_nn_rnns(t, b, m, h):
    params, xs, h0 = network(m, h), draw(t, b, m, seed=5), draw(b, h, seed=6)
    outputs, last = torchs(params)(xs, h0[None])
    hs = rnn.unroll(params, xs, h0)
    assert_close(hs, outputs)
    assert_close(hs[-1], last[0])
    assert_close(rnn.rnn_step(params, xs[0], h0), outputs[0])


def test_a_step_is_nn_rnn_cells():
    params, x, h = network(3, 4), draw(5, 3, seed=7), draw(5, 4, seed=8)
    cell = nn.RNNCell(3, 4).double()
    layer = torchs(params)
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cell, name).copy_(getattr(layer, f"{name}_l0"))
    assert_close(rnn.rnn_step(params, x, h), cell(x, h))


@SIZES
def test_bptt_is_nn_rnns_gradient(t, b, m, h):
    params, xs, h0, d_hs = network(m, h), draw(t, b, m, seed=5), draw(b, h, seed=6), draw(t, b, h, seed=9)
    layer, inputs, start = torchs(params), xs.clone().requires_grad_(), h0.clone().requires_grad_()
    outputs, _ = layer(inputs, start[None])
    (outputs * d_hs).sum().backward()
    d_xs, d_h0, grads = rnn.bptt(params, xs, h0, outputs.detach(), d_hs)
    assert_close(d_xs, inputs.grad)
    assert_close(d_h0, start.grad)
    for name, theirs in (("W_x", layer.weight_ih_l0), ("W_h", layer.weight_hh_l0), ("b", layer.bias_ih_l0)):
        assert_close(grads[name], theirs.grad)


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])  # at 30 the units are saturated and the slope is 0
def test_one_step_backwards_is_autograds(scale):
    params = {name: scale * value for name, value in network(3, 4).items()}
    x, h_prev, d_h = draw(6, 3, seed=1), torch.tanh(draw(6, 4, seed=2)), draw(6, 4, seed=3)
    leaves = [value.clone().requires_grad_() for value in (*params.values(), x, h_prev)]
    h = rnn.rnn_step(dict(zip(params, leaves[:3], strict=True)), *leaves[3:])
    wanted = torch.autograd.grad((h * d_h).sum(), leaves)
    d_x, d_h_prev, grads = rnn.rnn_step_backward(params, x, h_prev, h.detach(), d_h)
    for got, theirs in zip((*(grads[name] for name in params), d_x, d_h_prev), wanted, strict=True):
        assert_close(got, theirs)


def test_bptt_is_the_finite_difference():
    """torch's gradcheck, with our way back as the gradient of our way forward."""

    class Unrolled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, W_x, W_h, b, xs, h0):
            hs = rnn.unroll({"W_x": W_x, "W_h": W_h, "b": b}, xs, h0)
            ctx.save_for_backward(W_x, W_h, b, xs, h0, hs)
            return hs

        @staticmethod
        def backward(ctx, d_hs):
            W_x, W_h, b, xs, h0, hs = ctx.saved_tensors
            d_xs, d_h0, grads = rnn.bptt({"W_x": W_x, "W_h": W_h, "b": b}, xs, h0, hs, d_hs)
            return grads["W_x"], grads["W_h"], grads["b"], d_xs, d_h0

    leaves = [*network(2, 3).values(), draw(4, 2, 2, seed=4), draw(2, 3, seed=5)]
    assert torch.autograd.gradcheck(Unrolled.apply, [value.requires_grad_() for value in leaves])


@SMALL
@given(st.integers(1, 6), st.integers(1, 5), st.integers(2, 6), st.integers(0, 999), st.sampled_from([0.1, 5.0, 2e3]))
def test_sequence_loss_is_torchs(t, b, v, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    scores = scale * torch.randn(t, b, v, dtype=torch.float64, generator=generator)
    targets = torch.randint(0, v, (t, b), generator=generator)
    targets[torch.rand(t, b, generator=generator) < 0.3] = -1
    loss = rnn.sequence_loss(scores.requires_grad_(), targets)
    (gradient,) = torch.autograd.grad(loss, scores)
    if (targets == -1).all():
        assert loss == 0 and not gradient.any()
        return
    theirs = functional.cross_entropy(scores.reshape(-1, v), targets.reshape(-1), ignore_index=-1)
    assert_close(loss, theirs)
    assert_close(gradient, torch.autograd.grad(theirs, scores)[0])


def test_sequence_loss_is_chapter_03s():
    from ngram2bert.neural import cross_entropy

    scores, targets = draw(4, 3, 5), torch.arange(12).reshape(4, 3) % 5
    assert_close(
        rnn.sequence_loss(scores, targets, ignore=2), cross_entropy(scores.flatten(0, 1), targets.flatten(), 2)
    )


@pytest.mark.parametrize(("h", "steps"), [(1, 3), (4, 7), (8, 12)])
@pytest.mark.parametrize("linear", [False, True])
def test_jacobian_norms_are_autograds(h, steps, linear):
    """The Jacobian of the last state with respect to each state before it, taken by autograd through the steps."""
    params, xs = network(2, h, seed=3), draw(steps, 1, 2, seed=4)
    states = [torch.zeros(1, h, dtype=torch.float64)]

    def step(x, state):
        a = x @ params["W_x"].T + state @ params["W_h"].T + params["b"]
        return a if linear else torch.tanh(a)

    for x in xs:
        states.append(step(x, states[-1]))
    hs = torch.stack(states[1:])[:, 0]
    norms = rnn.jacobian_norms(params["W_h"], hs, linear)
    for k in range(steps):

        def last(state, k=k):
            for x in xs[steps - k :]:
                state = step(x, state[None])[0]
            return state

        J = torch.autograd.functional.jacobian(last, states[steps - k][0])
        assert_close(norms[k], torch.linalg.svdvals(J)[0], rtol=1e-9, atol=1e-14)


@SMALL
@given(st.integers(1, 9), st.integers(0, 999))
def test_spectral_radius_is_that_of_numpy_and_bounded_by_the_norm(h, seed):
    W = draw(h, h, seed=seed)
    radius = rnn.spectral_radius(W)
    assert isinstance(radius, float)
    assert math.isclose(radius, abs(np.linalg.eigvals(W.numpy())).max(), rel_tol=1e-9)
    assert radius <= float(torch.linalg.matrix_norm(W, ord=2)) * (1 + 1e-12)


def test_spectral_radius_of_matrices_with_known_eigenvalues():
    turn = torch.tensor([[0.0, -0.9], [0.9, 0.0]], dtype=torch.float64)
    assert math.isclose(rnn.spectral_radius(turn), 0.9)
    assert math.isclose(rnn.spectral_radius(torch.block_diag(turn, torch.tensor([[-1.4]]))), 1.4, rel_tol=1e-6)
    triangle = torch.tensor([[0.5, 8.0], [0.0, 0.5]], dtype=torch.float64)
    assert math.isclose(rnn.spectral_radius(triangle), 0.5) and torch.linalg.matrix_norm(triangle, ord=2) > 8


@pytest.mark.parametrize("h", [1, 2, 5, 32])
def test_orthogonal_is_torchs_initialisation(h):
    theirs = torch.empty(h, h, dtype=torch.float64)
    torch.manual_seed(7)
    nn.init.orthogonal_(theirs)
    torch.manual_seed(7)
    A = torch.empty(h, h, dtype=torch.float64).normal_(0, 1)
    Q = rnn.orthogonal(A)
    assert_close(Q, theirs)
    assert_close(Q.T @ Q, torch.eye(h, dtype=torch.float64))
    R = Q.T @ A
    assert (R.diagonal() > 0).all() and R.tril(-1).abs().max() < 1e-12 * h


@pytest.mark.parametrize("limit", [0.01, 1.0, 3.0, 1e3])
def test_clipping_is_torchs(limit):
    grads = {"W": draw(3, 4), "b": 0.1 * draw(4, seed=1), "scale": draw(seed=2)}
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in grads.values()]
    for p, g in zip(parameters, grads.values(), strict=True):
        p.grad = g.clone()
    theirs = nn.utils.clip_grad_norm_(parameters, limit)
    assert math.isclose(rnn.clip_by_norm(grads, limit), float(theirs), rel_tol=1e-12)
    for p, g in zip(parameters, grads.values(), strict=True):
        assert_close(g, p.grad, rtol=1.01e-6 / float(theirs), atol=0)  # torch adds 1e-6 to the norm


@SMALL
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 999), st.sampled_from([1e-5, 0.1]))
def test_layer_norm_and_its_gradient_are_torchs(shape, seed, eps):
    h = shape[-1]
    x = draw(*shape, seed=seed).requires_grad_()
    gain, bias = draw(h, seed=seed + 1).requires_grad_(), draw(h, seed=seed + 2).requires_grad_()
    d_y = draw(*shape, seed=seed + 3)
    mine = rnn.layer_norm(x, gain, bias, eps)
    theirs = functional.layer_norm(x, (h,), gain, bias, eps)
    assert_close(mine, theirs, rtol=1e-9, atol=1e-11)
    wanted = torch.autograd.grad((theirs * d_y).sum(), [x, gain, bias])
    for got, theirs_d in zip(torch.autograd.grad((mine * d_y).sum(), [x, gain, bias]), wanted, strict=True):
        assert_close(got, theirs_d, rtol=1e-8, atol=1e-9)


def test_a_layer_normalised_step_is_nn_layer_norms():
    params = network(3, 5) | {"gain": draw(5, seed=11)}
    layer = nn.LayerNorm(5).double()
    with torch.no_grad():
        layer.weight.copy_(params["gain"])
        layer.bias.copy_(params["b"])
    x, h = draw(4, 3, seed=12), draw(4, 5, seed=13)
    wanted = torch.tanh(layer(functional.linear(x, params["W_x"]) + functional.linear(h, params["W_h"])))
    assert_close(rnn.layer_norm_step(params, x, h), wanted)
    far = params | {"W_x": 100 * params["W_x"], "W_h": 100 * params["W_h"]}
    assert_close(rnn.layer_norm_step(far, x, h), wanted, rtol=1e-4, atol=1e-4)  # the size of the weights drops out
