"""Writing sentences: draw a word, move the window, draw again.

It draws from the whole distribution. Chapter 08 shows what else one can do with it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def sample_sentences(
    next_probs: Callable[[Tensor], Tensor],
    draws: int,
    length: int,
    n: int,
    bos: int,
    eos: int,
    generator: torch.Generator,
) -> Tensor:
    """Draws sentences from an n-gram model, all at once.

    Each starts after n-1 `<s>`. Word t is drawn from p(. | the n-1 words before it), until `</s>`; after `</s>` there
    is only `</s>`. A sentence that has not ended after `length` words is cut. The model is never asked what follows
    `</s>`: nothing was ever seen there, and a model of raw counts has no answer.

    next_probs: takes contexts (B, n-1), returns the probability of every word after each (B, V), rows summing to
    one. draws: B, number of sentences; length: L; n: the model's order; bos, eos: the numbers of `<s>` and `</s>`;
    generator: the source of chance, the same state gives the same sentences. Returns (B, L) int64, without `<s>`.
    Source: Shannon 1948, section 3; 1951.
    """
    text = torch.full((draws, length), eos)  # (B, L)
    context = torch.full((draws, n - 1), bos)  # (B, n-1)
    ended = torch.zeros(draws, dtype=torch.bool)
    for t in range(length):
        word = torch.multinomial(next_probs(context), 1, generator=generator)[:, 0]  # (B,)
        text[:, t] = torch.where(ended, eos, word)
        ended |= word == eos
        moved = torch.cat([context, word[:, None]], dim=1)[:, 1:]  # (B, n-1)
        context = torch.where(ended[:, None], context, moved)  # stay where words follow
    return text
