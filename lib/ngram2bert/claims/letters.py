"""Brown as one long row of letters, and windows drawn from it: the text of chapter 05's short experiments."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from ..corpora import brown
from .vowels import LETTERS, spelled

SYMBOLS = len(LETTERS)


@cache
def letters(sentences: int = 3000) -> Tensor:
    """The first sentences of Brown's training part, a space between them: (N,) numbers of letters, 0 the space."""
    text: list[int] = []
    for line in spelled(brown().split().train.sentences[:sentences]):
        text += [*line, 0]
    return torch.tensor(text)


def windows(text: Tensor, count: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pieces from random places: one-hot inputs (length, count, SYMBOLS), and what follows each (length, count)."""
    first = torch.randint(0, len(text) - length, (count,), generator=generator)
    drawn = text[first + torch.arange(length + 1)[:, None]]  # (length + 1, count)
    return functional.one_hot(drawn[:-1], SYMBOLS).float(), drawn[1:]


def entropy(text: Tensor) -> float:
    """Of the letters' frequencies, in nats: the loss of one who knows nothing else."""
    share = torch.bincount(text).double() / len(text)
    share = share[share > 0]
    return float(-(share * share.log()).sum())
