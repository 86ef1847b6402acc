"""Why it remembers: the way back along the cell is a product of forget gates, and nothing else."""

from __future__ import annotations

import torch
from torch import Tensor


def cell_gradients(f: Tensor) -> Tensor:
    """How much the last cell still feels of the cell k steps ago, for each unit: dc_T / dc_{T-k} along the cell.

        c_t = f_t * c_{t-1} + i_t * g_t     so     dc_T / dc_{T-k} = f_T * f_{T-1} * .. * f_{T-k+1}

    That is the path from cell to cell. The gates depend on the cell too, through h: those ways are left out, as they
    are in the 1997 paper's own gradient.

    f: (T, h), the forget gates of the steps 1 to T, after the sigmoid; row 0 is f_1. T is 1 or more.
    Returns (T, h): row k is for the cell k steps ago. Row 0 is 1; row T-1 is for c_1, so f_1 is in no product.
    Source: Hochreiter & Schmidhuber 1997; with forget gates: Gers, Schmidhuber & Cummins 2000.
    """
    latest_first = f.flip(0)  # f_T, f_{T-1}, .., f_1
    factors = torch.cat([torch.ones_like(f[:1]), latest_first[:-1]])  # (T, h)
    return factors.cumprod(0)
