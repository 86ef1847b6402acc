"""Interpolation with one weight an order, for speed: equal to `order_probs(...) @ weights` by test.

It is not a `BackoffModel`: after an unseen context the weight goes to the next lower order, so what an n-gram gets
depends on which longer contexts were seen, and no ARPA file can say that.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .interpolation import em_weights
from .model import NgramModel
from .ngram_counts import NgramCounts
from .trie import at, pad
from .vocabulary import BOS


class MixtureModel(NgramModel):
    """Jelinek-Mercer with the same weights after every context (Chen & Goodman 1999, section 2.3).

    counts: the training text; weights: (n+1,), from the uniform distribution up to order n, summing to one;
    size: how many words can come next, V-1 unless given.
    """

    def __init__(self, counts: NgramCounts, weights: Tensor, size: int | None = None) -> None:
        super().__init__(counts.trie)
        self.mix = weights.double()
        self.size = size or counts.trie.vocab_size - 1
        self.ratios: list[Tensor] = []  # for each order (U_k,), relative frequency after the context
        self.seen: list[Tensor] = []  # for each order (U_{k-1},), 1 if anything followed this context, else 0
        below = 1
        for level in counts.levels:
            total = level.sums(level.counts, below)  # (U_{k-1},)
            self.ratios.append(level.counts / total.clamp(min=1)[level.parent])
            self.seen.append((total > 0).double())
            below = len(level.counts)

    def window_columns(self, ids: Tensor) -> Tensor:
        """What each order gives: (..., T) to (..., T-n+1, n+1), as `order_probs`."""
        n = self.order
        nodes = self.trie.nodes(ids)
        first = self.ratios[0][nodes[0][..., n - 1 :]]  # (..., T-n+1)
        columns = [torch.full_like(first, 1 / self.size), first]
        for k in range(2, n + 1):
            gram, context = nodes[k - 1][..., n - k :], nodes[k - 2][..., n - k : -1]  # (..., T-n+1)
            seen = at(self.seen[k - 1], context, 0.0) > 0
            columns.append(torch.where(seen, at(self.ratios[k - 1], gram, 0.0), columns[-1]))
        return torch.stack(columns, dim=-1)

    def window_probs(self, ids: Tensor) -> Tensor:
        return self.window_columns(ids) @ self.mix

    def next_probs(self, context: Tensor) -> Tensor:
        nodes = self.trie.nodes(context) if self.order > 1 else []
        uniform = torch.full((self.vocab_size,), 1 / self.size, dtype=torch.float64)
        uniform[BOS] = 0.0
        column = self.ratios[0].expand(len(context), -1)  # (B, V)
        p = self.mix[0] * uniform + self.mix[1] * column
        for k in range(2, self.order + 1):
            node = nodes[k - 2][:, -1]  # (B,)
            seen = at(self.seen[k - 1], node, 0.0) > 0
            column = torch.where(seen[:, None], 0.0, column)
            place, row, word = self.trie.children(k, node)  # (M,)
            column[place, word] = self.ratios[k - 1][row]
            p += self.mix[k] * column
        return p


def fit_mixture(
    counts: NgramCounts, held_out: list[list[int]], steps: int = 30, size: int | None = None
) -> MixtureModel:
    """Weights by EM on held-out sentences, which training must not hold."""
    n = counts.trie.order
    model = MixtureModel(counts, torch.full((n + 1,), 1 / (n + 1)), size)
    text = pad(held_out, n - 1)  # (T,)
    columns = model.window_columns(text)[text[n - 1 :] != BOS]  # (N, n+1)
    model.mix, _ = em_weights(columns, torch.ones(len(columns)), steps)
    return model
