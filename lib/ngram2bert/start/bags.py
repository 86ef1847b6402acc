"""Texts as rows of numbers: a bag of words keeps how often each word occurs and forgets where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor


def common_words(texts: Sequence[Sequence[str]], n: int) -> list[str]:
    """The n words that most of the texts hold, the commonest first; of equals, the first in the alphabet."""
    held = Counter(word for text in texts for word in set(text))
    return sorted(held, key=lambda word: (-held[word], word))[:n]


def bags(texts: Sequence[Sequence[str]], words: Sequence[str]) -> Tensor:
    """How often each text holds each word.

    texts: N lists of tokens; words: V of them, all different. Returns (N, V) float32. Words that are not listed are
    left out.
    """
    column = {word: v for v, word in enumerate(words)}
    if len(column) < len(words):
        twice = next(word for word, count in Counter(words).items() if count > 1)
        raise ValueError(f"the word {twice!r} stands twice in the list; give each word once")
    cells = [row * len(words) + column[token] for row, text in enumerate(texts) for token in text if token in column]
    counts = torch.bincount(torch.tensor(cells, dtype=torch.int64), minlength=len(texts) * len(words))
    return counts.reshape(len(texts), len(words)).float()  # (N, V)
