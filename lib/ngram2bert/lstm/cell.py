"""The cell: a memory that is added to, and three gates that say when."""

from __future__ import annotations

import torch
from torch import Tensor


def lstm_step(params: dict[str, Tensor], x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """One step of an LSTM.

        (i, f, g, o) = W_x x + W_h h + b          four blocks of h numbers, in this order
        c' = sigmoid(f) * c + sigmoid(i) * tanh(g)     forget some, then write some: a sum
        h' = sigmoid(o) * tanh(c')                     what the cell shows

    i, f and o are gates, between 0 and 1; g is what may be written, between -1 and 1.

    params: W_x (4h, m), W_h (4h, h), b (4h,); x: (B, m); h: (B, h), what the cell showed one step ago; c: (B, h), what
    it held. Returns the new h and c, (B, h) each.
    Source: Hochreiter & Schmidhuber 1997; the forget gate: Gers, Schmidhuber & Cummins 2000. The order of the blocks
    is torch's.
    """
    gates = x @ params["W_x"].T + h @ params["W_h"].T + params["b"]  # (B, 4h)
    i, f, g, o = gates.chunk(4, dim=1)  # (B, h) each
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h, c
