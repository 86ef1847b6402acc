"""How good is a tagger, on words that it knows and on words that it does not?"""

from __future__ import annotations

from itertools import chain

import torch
from torch import Tensor


def tagging_accuracy(
    gold: list[list[int]], guess: list[list[int]], known: list[list[bool]]
) -> tuple[float, float, float]:
    """The share of tokens with the right tag: of all, of the known words, of the unknown words.

    A token counts as much as any other token, whatever the length of its sentence.

    gold, guess: tags, sentence by sentence; known: whether the training text held the word, in the same shape.
    Returns three numbers between 0 and 1; NaN where there is no such token.
    Source: Brants 2000, section 3.
    """

    def flat(rows: list[list[int]] | list[list[bool]]) -> Tensor:
        return torch.tensor(list(chain.from_iterable(rows)))  # (N,)

    right, seen = (flat(gold) == flat(guess)).double(), flat(known).bool()  # (N,)
    return float(right.mean()), float(right[seen].mean()), float(right[~seen].mean())
