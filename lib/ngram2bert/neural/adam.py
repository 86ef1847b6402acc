"""Adam: each number of the network gets a step of its own size."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def adam_step(
    params: dict[str, Tensor],
    grads: dict[str, Tensor],
    state: dict[str, Any],
    rate: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    """One step of Adam, in place.

        m <- beta1 m + (1 - beta1) g            the mean of the last gradients
        v <- beta2 v + (1 - beta2) g^2          the mean of their squares
        w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

    m and v start at 0, and are too small at first by just those factors; t is 1 at the first step.

    params, grads: tensors by name, equal shapes. state: `{"t": 0, "m": {}, "v": {}}` before the first step; t counts
    the steps, m and v hold a tensor a parameter once there was one. Changes params and state; returns nothing.
    Source: Kingma & Ba 2015, algorithm 1.
    """
    state["t"] += 1
    beta1, beta2 = betas
    for name, g in grads.items():
        m = beta1 * state["m"].get(name, torch.zeros_like(g)) + (1 - beta1) * g
        v = beta2 * state["v"].get(name, torch.zeros_like(g)) + (1 - beta2) * g**2
        state["m"][name], state["v"][name] = m, v
        m_hat, v_hat = m / (1 - beta1 ** state["t"]), v / (1 - beta2 ** state["t"])
        params[name] -= rate * m_hat / (v_hat.sqrt() + eps)
