"""Sequences of different length in one batch: where each one ends, and which way it is read."""

from __future__ import annotations

import torch
from torch import Tensor


def last_states(hs: Tensor, lengths: Tensor) -> Tensor:
    """The state after the last real step of each sequence.

    hs: (T, B, h), padded behind; lengths: (B,) int64, 1 to T. Returns (B, h).
    """
    return hs[lengths - 1, torch.arange(len(lengths))]


def reverse_padded(xs: Tensor, lengths: Tensor) -> Tensor:
    """Each sequence backwards, within its own length; the padding stays behind, as it is.

    xs: (T, B, m); lengths: (B,) int64, 0 to T. Returns (T, B, m). Twice is as before.
    """
    t = torch.arange(len(xs))[:, None]  # (T, 1)
    source = torch.where(t < lengths, lengths - 1 - t, t)  # (T, B) which step comes to step t
    return xs[source, torch.arange(len(lengths))]
