"""Text in: from sentences to questions with their answers, and from those to batches."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Generator, Tensor


def contexts(sentences: list[list[int]], n: int, bos: int, eos: int) -> tuple[Tensor, Tensor]:
    """Every word of a text, and the n-1 words before it.

    Each sentence is read with n-1 `<s>` before it and one `</s>` after it, as in chapter 01, so that each word and the
    end have a full context. None reaches into the sentence before.

    sentences: lists of word numbers without borders; a sentence may be empty, and there may be none. n: 2 or more.
    Returns `contexts` (N, n-1), the oldest word first, and `targets` (N,), both int64 and in the order of the text.
    Source: Bengio et al. 2003, section 2.
    """
    rows, targets = [], []
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos]
        for t in range(n - 1, len(padded)):
            rows.append(padded[t - n + 1 : t])
            targets.append(padded[t])
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(targets, dtype=torch.int64)


def epoch(contexts: Tensor, targets: Tensor, size: int, generator: Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """One reading of the text in batches: every example once, in random order.

    contexts: (N, n-1); targets: (N,); size: examples a batch, the last one may be smaller; generator: all chance comes
    from it. Yields pairs (B, n-1) and (B,).
    Source: Robbins & Monro 1951 for learning from samples; without replacement as everybody does.
    """
    order = torch.randperm(len(targets), generator=generator)  # (N,)
    for rows in order.split(size):
        yield contexts[rows], targets[rows]
