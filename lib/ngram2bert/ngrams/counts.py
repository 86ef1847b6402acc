"""Counting n-grams with the borders of sentences.

It counts and does not estimate: the next file turns counts into probabilities.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import unique_rows


def count_ngrams(sentences: list[list[int]], n: int, bos: int, eos: int) -> tuple[Tensor, Tensor]:
    """Counts the n-grams that end in a word or in `</s>`.

    Each sentence w_1 .. w_m is read with n-1 `<s>` before it and one `</s>` after it, so that every word has n-1 words
    before it and the end is predicted like a word. That gives m+1 n-grams a sentence. None reaches across a border
    and none predicts `<s>`.

    sentences: lists of word numbers, without borders; a sentence may be empty, and there may be no
    sentence at all: then the shapes are (0, n) and (0,). n: 1 or more.
    bos, eos: the numbers of `<s>` and `</s>`; no sentence holds them.
    Returns `grams` (U, n) int64, each different n-gram once, rows in lexicographic order, and `counts` (U,) int64.
    Source: Jurafsky & Martin, Speech and Language Processing, 3rd edition, chapter 3; Chen & Goodman 1999, section 1.
    """
    padded = [word for sentence in sentences for word in [bos] * (n - 1) + sentence + [eos]]
    if not padded:
        return torch.empty(0, n, dtype=torch.int64), torch.empty(0, dtype=torch.int64)
    windows = torch.tensor(padded).unfold(0, n, 1)  # (T, n)
    windows = windows[windows[:, -1] != bos]  # (N, n) a window that ends in <s> reaches across a border
    grams, _, counts = unique_rows(windows)
    return grams, counts
