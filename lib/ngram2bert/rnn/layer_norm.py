"""Layer normalisation: each state is brought to mean 0 and variance 1 over its own units."""

from __future__ import annotations

import torch
from torch import Tensor


def layer_norm(x: Tensor, gain: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """Normalise over the last axis, then stretch and shift each unit by numbers that are learned.

        mu = mean(x),    var = mean((x - mu)^2),    y = gain (x - mu) / sqrt(var + eps) + bias

    Nothing is shared between the examples of a batch or the steps of a sequence, and nothing differs between training
    and evaluation.

    x: (.., h), any axes before the last; gain, bias: (h,); eps: keeps the root from 0. Returns the shape of x.
    Source: Ba, Kiros & Hinton 2016, equation 3 (eps as libraries add it).
    """
    mean = x.mean(-1, keepdim=True)  # (.., 1)
    var = ((x - mean) ** 2).mean(-1, keepdim=True)  # (.., 1)
    return gain * (x - mean) / torch.sqrt(var + eps) + bias


def layer_norm_step(params: dict[str, Tensor], x: Tensor, h: Tensor) -> Tensor:
    """One step of a layer-normalised recurrent network: the sum of both inputs is normalised, then comes tanh.

        a_t = W_x x_t + W_h h_{t-1},    h_t = tanh(layer_norm(a_t, gain, b))

    params: W_x (h, m), W_h (h, h), gain (h,), b (h,). x: (B, m); h: (B, h), the state before. Returns (B, h).
    Source: Ba, Kiros & Hinton 2016, section 3.1, equation 4.
    """
    a = x @ params["W_x"].T + h @ params["W_h"].T  # (B, h)
    return torch.tanh(layer_norm(a, params["gain"], params["b"]))
