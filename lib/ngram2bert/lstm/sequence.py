"""The cell along a sequence: the same weights at every step, and a state that is handed on."""

from __future__ import annotations

import torch
from torch import Tensor

from .cell import lstm_step


def lstm(params: dict[str, Tensor], xs: Tensor, h0: Tensor, c0: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Runs the cell over T steps, T of 1 or more.

    params: as in `lstm_step`; xs: (T, B, m), time first; h0, c0: (B, h), the state before the first step.
    Returns hs (T, B, h), what the cell showed at each step, and the state (h_T, c_T) after the last one. To stack
    layers, let the next one read hs.
    Source: Hochreiter & Schmidhuber 1997.
    """
    h, c, hs = h0, c0, []
    for x in xs:
        h, c = lstm_step(params, x, h, c)
        hs.append(h)
    return torch.stack(hs), (h, c)  # T of (B, h) to (T, B, h)
