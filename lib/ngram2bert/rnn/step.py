"""A recurrent network, forwards: one set of weights, used again at every step."""

from __future__ import annotations

import torch
from torch import Tensor


def rnn_step(params: dict[str, Tensor], x: Tensor, h: Tensor) -> Tensor:
    """One step: what was read before and the new word make the new state.

        a_t = W_x x_t + W_h h_{t-1} + b,    h_t = tanh(a_t)

    params: W_x (h, m), W_h (h, h), b (h,). x: (B, m), what is read at this step; h: (B, h), the state before it.
    Returns the state after it, (B, h).
    Source: Elman 1990; in this notation, Pascanu et al. 2013, section 1.1, with the tanh outside.
    """
    return torch.tanh(x @ params["W_x"].T + h @ params["W_h"].T + params["b"])


def unroll(params: dict[str, Tensor], xs: Tensor, h0: Tensor) -> Tensor:
    """The states after each step, the same weights at all of them.

    params: as in `rnn_step`. xs: (T, B, m), time first; h0: (B, h), the state before the first step.
    Returns h_1 .. h_T, (T, B, h): h0 is not among them. Without a step the result has T = 0.
    Autograd can go back through it, to h0 and to what was read at every step.
    Source: Elman 1990; Werbos 1990, section III.
    """
    h, hs = h0, [h0]
    for x in xs:  # (B, m)
        h = rnn_step(params, x, h)
        hs.append(h)
    return torch.stack(hs)[1:]  # (T+1, B, h) to (T, B, h)
