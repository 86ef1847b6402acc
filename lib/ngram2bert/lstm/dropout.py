"""Dropout for recurrent networks: the same units are missing for a whole sequence."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def variational_dropout(x: Tensor, rate: float, training: bool, generator: Generator) -> Tensor:
    """Drops units, the same ones at all steps of a sequence and others in the next sequence.

    A mask that is drawn anew at each step is noise that a state must carry along; one that stays is another, smaller
    network for this sequence. What is kept is divided by 1 - rate, so that the mean stays as it was.

    x: (T, B, h); rate: the probability that a unit is dropped, at least 0 and below 1; training: without it x comes
    back unchanged; generator: for the draws. Returns (T, B, h).
    Source: Gal & Ghahramani 2016; the rescaling: Srivastava et al. 2014.
    """
    if not training:
        return x
    mask = torch.rand(1, *x.shape[1:], generator=generator) >= rate  # (1, B, h)
    return x * mask / (1 - rate)
