"""Bengio's network, forwards: words to vectors, vectors to a hidden layer, both to a score for every next word."""

from __future__ import annotations

import torch
from torch import Tensor


def forward_pass(params: dict[str, Tensor], contexts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The score of every word as the next one.

        x = (C(w_{t-n+1}), .., C(w_{t-1}))      the vectors of the context side by side
        a = tanh(d + H x)                       what the hidden layer makes of them
        y = b + U a  (+ W x)                    a score a word; W are the direct connections, if there are any

    params: C (V, m), H (h, (n-1)m), d (h,), U (V, h), b (V,) and, with direct connections, W (V, (n-1)m).
    contexts: (B, n-1) int64, the oldest word first.
    Returns y (B, V), x (B, (n-1)m) and a (B, h): the last two are what the way back needs.
    Source: Bengio et al. 2003, section 2, equation 1.
    """
    x = params["C"][contexts].flatten(1)  # (B, n-1, m) to (B, (n-1)m)
    a = torch.tanh(params["d"] + x @ params["H"].T)  # (B, h)
    y = params["b"] + a @ params["U"].T  # (B, V)
    if "W" in params:
        y = y + x @ params["W"].T
    return y, x, a
