"""The widget of chapter 5: every number comes from the functions it was given; what vanishes is said to vanish."""

from __future__ import annotations

import pytest
import torch

from ngram2bert import rnn
from ngram2bert.plots import Picture
from ngram2bert.widgets import gradient_explorer
from ngram2bert.widgets.gradients import LINEAR, ORTHOGONAL, RANDOM, TANH, Net, draw

OWN = (rnn.unroll, rnn.jacobian_norms, rnn.spectral_radius, rnn.orthogonal)


def net(*own, size=8, steps=30):
    generator = torch.Generator().manual_seed(1)
    matrix = torch.randn(size, size, generator=generator, dtype=torch.float64)
    return Net(*(own or OWN), matrix, torch.randn(steps, 1, size, generator=generator, dtype=torch.float64))


@pytest.mark.parametrize("kind", [RANDOM, ORTHOGONAL])
@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_the_weights_have_the_radius_that_was_asked_for(kind, radius):
    assert rnn.spectral_radius(net().weights(kind, radius)) == pytest.approx(radius)


def test_orthogonal_linear_units_neither_lose_nor_gain():
    _, norms = net().run(ORTHOGONAL, LINEAR, 1.0, 0.5)
    torch.testing.assert_close(norms, torch.ones(30).double())
    assert draw(net(), ORTHOGONAL, LINEAR, 1.0, 0.5).alt == (
        "orthogonal weights of spectral radius 1.00, linear units: after 29 steps back the gradient has norm 1.0e+00, "
        "ρ^29 is 1.0e+00: it lives. The mean slope of the units is 1.00."
    )


def test_what_vanishes_and_what_explodes_is_said():
    assert "it vanishes" in draw(net(), RANDOM, LINEAR, 0.5, 0.1).alt
    assert "it explodes" in draw(net(), RANDOM, LINEAR, 1.5, 0.1).alt
    small, large = (draw(net(), ORTHOGONAL, TANH, 1.0, scale) for scale in (0.0, 1.0))
    assert "it lives" in small.alt  # from a zero state without inputs the slopes are all 1
    assert "it vanishes" in large.alt
    assert small.png != large.png


def test_the_learners_functions_are_called():
    called = []

    def norms(W_h, hs, linear=False):
        called.append((tuple(hs.shape), linear))
        return torch.full((len(hs),), 2.0)

    picture = draw(net(rnn.unroll, norms, rnn.spectral_radius, rnn.orthogonal), RANDOM, TANH, 1.0, 0.1)
    assert called == [((30, 8), False)]
    assert "the gradient has norm 2.0e+00" in picture.alt


def test_without_a_kernel_a_still_picture():
    shown = gradient_explorer(*OWN, size=6, steps=10)
    assert isinstance(shown, Picture)
    assert "Gaussian weights of spectral radius 1.10, tanh units: after 9 steps back" in shown.alt


@pytest.mark.parametrize(("size", "steps"), [(0, 10), (4, 1)])
def test_a_net_without_units_or_steps_is_refused(size, steps):
    with pytest.raises(ValueError, match="at least one unit and two steps"):
        gradient_explorer(*OWN, size=size, steps=steps)
