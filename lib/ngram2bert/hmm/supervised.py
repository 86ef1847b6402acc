"""An HMM from tagged text: count what happened, and divide.

Nothing is hidden here: the tags are given. `em` does the same where they are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, pairwise

import torch
from torch import Tensor


def supervised_estimates(
    words: list[list[int]], tags: list[list[int]], states: int, vocab: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Maximum likelihood estimates of a hidden Markov model whose states were written down.

        start_k = c(<s> k) / sum_j c(<s> j)        trans_kj = c(k j) / c(k)
        stop_k  = c(k </s>) / c(k)                 emit_kw  = c(k, w) / c(k)

    c(k) is how often state k occurs: each time it goes to a next state or to the end, so a row of `trans` and its
    `stop` sum to one together. All counts are of the whole text. What was never counted is 0, and so is 0 / 0.

    words, tags: sentences of word numbers and of tag numbers, of equal lengths; a sentence may be empty.
    states: K; vocab: V. Returns `start` (K,), `trans` (K, K) from row to column, `stop` (K,), `emit` (K, V), float64.
    Source: Charniak et al. 1993, "Equations for part-of-speech tagging".
    """

    def numbers(values: Iterable[int]) -> Tensor:
        return torch.tensor(list(values), dtype=torch.int64)

    def count(events: Tensor, size: int) -> Tensor:
        return torch.bincount(events, minlength=size).double()

    start = count(numbers(path[0] for path in tags if path), states)
    stop = count(numbers(path[-1] for path in tags if path), states)
    moves = numbers(k * states + j for path in tags for k, j in pairwise(path))
    trans = count(moves, states * states).reshape(states, states)  # (K*K,) to (K, K)
    tag, word = numbers(chain.from_iterable(tags)), numbers(chain.from_iterable(words))  # (N,)
    emit = count(tag * vocab + word, states * vocab).reshape(states, vocab)  # (K*V,) to (K, V)
    often = emit.sum(1).clamp(min=1)  # (K,) c(k); a count is 0 or at least 1
    return start / start.sum().clamp(min=1), trans / often[:, None], stop / often, emit / often[:, None]
