"""The recurrent networks that chapter 05's claims compare: one step rule, five ways to begin.

    model = Elman(10, 64, 8, "orthogonal", seed=1)
    hs = model.states(xs)         # (T, B, 64), by torch's own loop where there is one
    scores = model(xs)            # (T, B, 8)

Equal by test to `rnn.unroll` and `rnn.layer_norm_step`, which learners write.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..rnn import orthogonal

STARTS = ("default", "identity", "orthogonal", "layer norm", "orthogonal, layer norm")
NAMES = {
    "default": "default",
    "identity": "identity, ReLU",
    "orthogonal": "orthogonal",
    "layer norm": "default + layer norm",
    "orthogonal, layer norm": "orthogonal + layer norm",
}  # for tables and pictures


class Elman(nn.Module):
    """h_t = tanh(W_x x_t + W_h h_{t-1} + b), scores_t = U h_t + c; from zero, on one-hot inputs.

    m inputs, h units, out scores. start: one of STARTS.

    - default: all weights uniform within 1/sqrt(h), as torch draws them: the spectral radius of W_h is about 0.58.
    - identity: W_h = I, ReLU in place of tanh, W_x normal with deviation 0.001 (Le, Jaitly & Hinton 2015).
    - orthogonal: W_h drawn uniformly from the orthogonal matrices (Saxe, McClelland & Ganguli 2014).
    - layer norm: tanh(layer_norm(W_x x_t + W_h h_{t-1}; gain, b)) with default weights (Ba, Kiros & Hinton 2016).
    - orthogonal, layer norm: both.

    scale: W_x and W_h are drawn, then multiplied by it. seed: of the draw. Raises ValueError for another start.
    """

    def __init__(self, m: int, h: int, out: int, start: str = "default", seed: int = 1, scale: float = 1.0) -> None:
        super().__init__()
        if start not in STARTS:
            raise ValueError(f"start is {start!r}; give one of {', '.join(map(repr, STARTS))}")
        generator = torch.Generator().manual_seed(seed)

        def uniform(*shape: int) -> Tensor:
            return (2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(h)

        W_x, W_h = uniform(h, m), uniform(h, h)
        if start.startswith("orthogonal"):
            W_h = orthogonal(torch.randn(h, h, generator=generator))
        elif start == "identity":
            W_h, W_x = torch.eye(h), 0.001 * torch.randn(h, m, generator=generator)
        self.W_x, self.W_h = nn.Parameter(scale * W_x), nn.Parameter(scale * W_h)
        self.b = nn.Parameter(torch.zeros(h))
        self.U, self.c = nn.Parameter(uniform(out, h)), nn.Parameter(torch.zeros(out))
        self.gain = nn.Parameter(torch.ones(h)) if "layer norm" in start else None
        self.loop = torch.rnn_relu if start == "identity" else torch.rnn_tanh
        self.start = start

    def states(self, xs: Tensor, h: Tensor | None = None) -> Tensor:
        """All states: xs (T, B, m), perhaps the state before (B, h), zero without; returns (T, B, h)."""
        h = xs.new_zeros(xs.shape[1], len(self.W_h)) if h is None else h
        if self.gain is None:
            weights = [self.W_x, self.W_h, self.b, torch.zeros_like(self.b)]
            return self.loop(xs, h[None], weights, True, 1, 0.0, False, False, False)[0]
        a, hs = xs @ self.W_x.T, []  # (T, B, h)
        for a_t in a:
            h = self.step(a_t, h)
            hs.append(h)
        return torch.stack(hs)

    def step(self, a: Tensor, h: Tensor) -> Tensor:
        """One step, given a = W_x x (B, h) and the state before (B, h)."""
        if self.gain is not None:
            total = torch.addmm(a, h, self.W_h.T)  # (B, h)
            return torch.tanh(functional.layer_norm(total, self.gain.shape, self.gain, self.b))
        total = torch.addmm(a, h, self.W_h.T) + self.b
        return torch.relu(total) if self.start == "identity" else torch.tanh(total)

    def forward(self, xs: Tensor, h: Tensor | None = None) -> Tensor:
        """Scores (T, B, out)."""
        return functional.linear(self.states(xs, h), self.U, self.c)

    def jacobians(self, xs: Tensor) -> tuple[Tensor, Tensor]:
        """The states (T, h) of one sequence, xs (T, m), and dh_t/dh_{t-1} of every step (T, h, h)."""
        h, hs, Js = xs.new_zeros(len(self.W_h)), [], []
        for a in xs @ self.W_x.detach().T:
            step = lambda u, a=a: self.step(a[None], u[None])[0]  # noqa: E731
            Js.append(torch.autograd.functional.jacobian(step, h).detach())
            h = step(h).detach()
            hs.append(h)
        return torch.stack(hs), torch.stack(Js)
