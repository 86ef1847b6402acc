"""Backpropagation through time, by hand: the chain rule through one step, then through all of them.

`d_` before a name is the gradient of the loss with respect to it, and has its shape.
"""

from __future__ import annotations

import torch
from torch import Tensor


def rnn_step_backward(
    params: dict[str, Tensor], x: Tensor, h_prev: Tensor, h: Tensor, d_h: Tensor
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Through one step, h = tanh(a) with a = W_x x + W_h h_prev + b, in every row of the batch.

    The slope of tanh at a is 1 - h^2. All rows use the same weights.

    params: as in `rnn_step`; x: (B, m); h_prev, the state before the step, h, the state after it, and d_h: (B, h).
    Returns d_x (B, m), d_h_prev (B, h) and the gradients of W_x, W_h and b in a dictionary.
    Source: Werbos 1990, section III; Pascanu et al. 2013, equation 5.
    """
    d_a = d_h * (1 - h**2)  # (B, h)
    grads = {"W_x": d_a.T @ x, "W_h": d_a.T @ h_prev, "b": d_a.sum(0)}  # (h, m), (h, h), (h,)
    return d_a @ params["W_x"], d_a @ params["W_h"], grads


def bptt(
    params: dict[str, Tensor], xs: Tensor, h0: Tensor, hs: Tensor, d_hs: Tensor
) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Through all steps, the last one first.

    A state has two ways to the loss: through what is predicted from it, which is d_hs, and through the state after it.
    The weights were used at every step, so their gradients add up over the steps.

    params: as in `rnn_step`; xs: (T, B, m), T of 1 or more; h0: (B, h); hs: (T, B, h), the states from `unroll`;
    d_hs: (T, B, h), what comes to each state from its own output alone.
    Returns d_xs (T, B, m), d_h0 (B, h) and the gradients of W_x, W_h and b in a dictionary.
    Source: Werbos 1990, section III; Pascanu et al. 2013, equations 3 to 5.
    """
    d_xs, d_h = torch.empty_like(xs), torch.zeros_like(h0)
    grads = {name: torch.zeros_like(value) for name, value in params.items()}
    befores = [h0, *hs[:-1]]  # the state before each step
    for t in reversed(range(len(xs))):
        d_xs[t], d_h, step = rnn_step_backward(params, xs[t], befores[t], hs[t], d_hs[t] + d_h)
        for name in grads:
            grads[name] += step[name]
    return d_xs, d_h, grads
