"""The GRU: the same idea with two gates and no separate cell."""

from __future__ import annotations

import torch
from torch import Tensor


def gru_step(params: dict[str, Tensor], x: Tensor, h: Tensor) -> Tensor:
    """One step of a gated recurrent unit, in torch's form.

        (r_x, z_x, n_x) = W_x x + b_x       (r_h, z_h, n_h) = W_h h + b_h      three blocks each, in this order
        r = sigmoid(r_x + r_h)              reset: how much of the past the new content sees
        z = sigmoid(z_x + z_h)              update: how much of the past stays
        n = tanh(n_x + r * n_h)             the new content
        h' = (1 - z) * n + z * h

    params: W_x (3h, m), W_h (3h, h), b_x (3h,), b_h (3h,); x: (B, m); h: (B, h). Returns the new h (B, h).
    Source: Cho et al. 2014; the reset gate after the product, as torch and cuDNN have it.
    """
    r_x, z_x, n_x = (x @ params["W_x"].T + params["b_x"]).chunk(3, dim=1)  # (B, h) each
    r_h, z_h, n_h = (h @ params["W_h"].T + params["b_h"]).chunk(3, dim=1)
    r = torch.sigmoid(r_x + r_h)
    z = torch.sigmoid(z_x + z_h)
    n = torch.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h
