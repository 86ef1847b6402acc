"""Counting instead of predicting: how often, and how near, two words stood together."""

from __future__ import annotations

import torch
from torch import Tensor


def cooccurrence(sentences: list[list[int]], window: int, vocab_size: int) -> Tensor:
    """For each two words, the sum of 1/distance over all the places where they stood at most `window` apart.

        X[i, j] = sum over d = 1 .. window of (number of places with i and j at distance d, in either order) / d

    Neighbours count on both sides, so X is symmetric; a word near another place of itself counts from both of them.
    No window reaches into another sentence.

    sentences: lists of word numbers, any of them may be empty; vocab_size: V. Returns (V, V) float64.
    Source: Pennington et al. 2014, section 4.2.
    """
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        words = torch.tensor(sentence, dtype=torch.int64)  # (T,)
        for d in range(1, window + 1):
            X.index_put_((words[:-d], words[d:]), torch.tensor(1 / d, dtype=X.dtype), accumulate=True)
    return X + X.T
