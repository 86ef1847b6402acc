"""Chapter 05: how much of the gradient is left after k steps back, for recurrent weights of a chosen kind and size.

The states, the orthogonal matrix, the spectral radius and the norms are the learner's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets
import torch
from torch import Tensor

from .. import plots
from .frame import Sliding, slide_or_still

Unroll = Callable[[dict[str, Tensor], Tensor, Tensor], Tensor]
RANDOM, ORTHOGONAL = "Gaussian", "orthogonal"
LINEAR, TANH = "linear", "tanh"
FLOOR = 1e-12  # what is smaller is drawn here


@dataclass(frozen=True)
class Net:
    """The learner's functions, and what every net of the widget shares: draws that are made once.

    size: hidden units; steps: T; draw (h, h): the Gaussian that both kinds of matrix come from; inputs: (T, 1, h).
    """

    unroll: Unroll
    jacobian_norms: Callable[..., Tensor]
    spectral_radius: Callable[[Tensor], float]
    orthogonal: Callable[[Tensor], Tensor]
    draw: Tensor
    inputs: Tensor

    def weights(self, kind: str, radius: float) -> Tensor:
        """W_h (h, h) of this kind with this spectral radius."""
        W_h = self.orthogonal(self.draw) if kind == ORTHOGONAL else self.draw
        return W_h * (radius / self.spectral_radius(W_h))

    def run(self, kind: str, units: str, radius: float, scale: float) -> tuple[Tensor, Tensor]:
        """States hs (T, h) and norms (T,) of dh_T/dh_{T-k}, k = 0 .. T-1. Linear units have no slope to look at."""
        W_h, size = self.weights(kind, radius), len(self.draw)
        params = {"W_x": scale * torch.eye(size).double(), "W_h": W_h, "b": torch.zeros(size).double()}
        if units == LINEAR:
            hs = torch.zeros(len(self.inputs), size).double()
        else:
            hs = self.unroll(params, self.inputs, torch.zeros(1, size).double())[:, 0]
        return hs, self.jacobian_norms(W_h, hs, linear=units == LINEAR)


def draw(net: Net, kind: str, units: str, radius: float, scale: float) -> plots.Picture:
    """The norms by distance beside radius^k; and the slopes of tanh that the way back is multiplied by."""
    hs, norms = net.run(kind, units, radius, scale)
    T = len(norms)
    figure, (left, right) = plots.figure(columns=2, width=8.2, height=3.1)
    left.semilogy(range(T), norms.clamp(min=FLOOR), color=plots.COLOURS[1], label="gradient")
    left.semilogy(range(T), [max(FLOOR, radius**k) for k in range(T)], color=plots.INK, linestyle="--", label="ρ^k")
    left.set_ylim(FLOOR, 1e9)
    left.legend()
    plots.label(left, "steps back, k", "norm of dh_T / dh_{T-k}", f"{kind}, {units}, ρ = {radius:.2f}")
    slopes = torch.ones(T) if units == LINEAR else 1 - hs.square().mean(dim=1)
    right.plot(range(T), slopes, color=plots.COLOURS[2])
    right.set_ylim(0, 1.05)
    plots.label(right, "step t", "mean slope of the units, 1 - h²", "What each step back costs besides W_h")
    k = T - 1
    verdict = "vanishes" if norms[k] < 1e-3 else "explodes" if norms[k] > 1e3 else "lives"
    return plots.picture(
        figure,
        f"{kind} weights of spectral radius {radius:.2f}, {units} units: after {k} steps back the gradient has norm "
        f"{float(norms[k]):.1e}, ρ^{k} is {radius**k:.1e}: it {verdict}. The mean slope of the units is "
        f"{float(slopes.mean()):.2f}.",
    )


def gradient_explorer(
    unroll: Unroll,
    jacobian_norms: Callable[..., Tensor],
    spectral_radius: Callable[[Tensor], float],
    orthogonal: Callable[[Tensor], Tensor],
    size: int = 32,
    steps: int = 60,
    seed: int = 5,
) -> Sliding | plots.Picture:
    """Choices of the matrix (Gaussian or orthogonal), the units (linear or tanh), the spectral radius and the size of
    the inputs; the norm of the gradient by distance, and the slopes of tanh.

    unroll, jacobian_norms, spectral_radius, orthogonal: the learner's own (see ngram2bert.rnn); size: hidden units;
    steps: T; seed: of matrix and inputs. Without a live kernel a still picture. Raises ValueError for a net without
    units or steps. Source: Pascanu, Mikolov & Bengio 2013, section 2.
    """
    if size < 1 or steps < 2:
        raise ValueError(f"{size} units and {steps} steps: give at least one unit and two steps")
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(size, size, generator=generator, dtype=torch.float64)
    inputs = torch.randn(steps, 1, size, generator=generator, dtype=torch.float64)
    net = Net(unroll, jacobian_norms, spectral_radius, orthogonal, matrix, inputs)
    wide = {"style": {"description_width": "11em"}, "layout": {"width": "34em"}, "continuous_update": False}
    return slide_or_still(
        lambda kind, units, radius, scale: draw(net, kind, units, radius, scale),
        kind=ipywidgets.ToggleButtons(value=RANDOM, options=[RANDOM, ORTHOGONAL], description="recurrent weights"),
        units=ipywidgets.ToggleButtons(value=TANH, options=[TANH, LINEAR], description="units"),
        radius=ipywidgets.FloatSlider(value=1.1, min=0.5, max=1.5, step=0.05, description="spectral radius", **wide),
        scale=ipywidgets.FloatSlider(value=0.1, min=0, max=1, step=0.05, description="size of the inputs", **wide),
    )
