"""What a trigram tagger counts: how tags follow tags, for any number of tags.

`trigrams.deleted_interpolation` works on a full cube of counts. Brown's 472 tags would need a cube of 100 million
cells for 100,000 trigrams; so here a table holds those that were seen, and the arithmetic is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..tables import by_context, lookup, unique_rows


@dataclass(frozen=True)
class TagTables:
    """Smoothed p(c | a, b). Tags are 0 .. edge-1; `edge` is `<s>` as a context and `</s>` as what comes.

    weights: (3,) of unigram, bigram, trigram; low: (S, S) the unigram's and the bigram's part of p(c | b);
    keys: (U,) the trigrams seen as sorted numbers (a S + b) S + c; high: (U,) the trigram's part.
    """

    edge: int
    weights: Tensor
    low: Tensor
    keys: Tensor
    high: Tensor

    @classmethod
    def count(cls, tags: Sequence[Sequence[int]], states: int, order: int) -> TagTables:
        """tags: sentences of numbers below `states`, none empty; order: 1, 2 or 3, the longest estimate used."""
        size, edge = states + 1, states
        flat = [tag for sentence in tags for tag in (edge, edge, *sentence, edge)]
        windows = torch.tensor(flat).unfold(0, 3, 1)  # (N, 3)
        windows = windows[(windows[:, 1:] != edge).any(1)]
        grams = [unique_rows(windows[:, 3 - n :]) for n in (1, 2, 3)]
        (one, _, c1), (two, _, c2), (three, _, c3) = grams
        total = c1.sum().double()
        of_b, of_ab = lookup(*by_context(two, c2), two[:, :1]), lookup(*by_context(three, c3), three[:, :2])
        last, pair = lookup(one, c1, three[:, 2:]), lookup(two, c2, three[:, 1:])  # (U,)
        under = lookup(*by_context(two, c2), three[:, 1:2])
        weights = _vote(c3.double(), [(last, total), (pair, under), (c3.double(), of_ab)][:order])
        unigram = torch.zeros(size, dtype=torch.float64).index_put((one[:, 0],), c1 / total)
        bigram = torch.zeros(size, size, dtype=torch.float64).index_put((two[:, 0], two[:, 1]), c2 / of_b)
        low = weights[0] * unigram + weights[1] * bigram
        keys = (three[:, 0] * size + three[:, 1]) * size + three[:, 2]
        return cls(edge, weights, low, keys, weights[2] * c3 / of_ab)

    def log_prob(self, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
        """log p(c | a, b), each of shape (N,)."""
        size = self.edge + 1
        key = (a * size + b) * size + c
        place = torch.searchsorted(self.keys, key).clamp_max(len(self.keys) - 1)
        high = torch.where(self.keys[place] == key, self.high[place], 0.0)
        return (self.low[b, c] + high).log()


def _vote(counts: Tensor, estimates: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Deleted interpolation over the trigrams seen: (3,), 0 for the orders that are left out.

    counts: (U,); estimates: for each order what it counted and in which context, (U,) each.
    """
    says = torch.stack([torch.where(context > 1, (seen - 1) / (context - 1), 0.0) for seen, context in estimates])
    best = (says == says.amax(0)).double()  # (order, U)
    votes = (counts * best / best.sum(0)).sum(1)  # (order,)
    return torch.nn.functional.pad(votes / votes.sum(), (0, 3 - len(votes)))
