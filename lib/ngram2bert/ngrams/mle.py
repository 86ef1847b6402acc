"""Maximum likelihood: what the counts say, and nothing else.

It gives probability 0 to all that training did not hold: every later file mends this.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import by_context, lookup


def mle(grams: Tensor, counts: Tensor, query: Tensor) -> Tensor:
    """The relative frequency of the last word of each n-gram after the words before it.

        p(w | h) = c(h w) / c(h),    c(h) = sum over v of c(h v)

    The denominator sums over the words that follow h, so that the probabilities after h sum to one. After a context
    that training never saw the fraction is 0 / 0: there is no estimate, and the answer is 0.

    grams: (U, n), rows in lexicographic order; counts: (U,); query: (Q, n), each row a context h of n-1 words and
    the word w. n may be 1: then h is empty. Returns (Q,) float64.
    Source: Jurafsky & Martin, Speech and Language Processing, 3rd edition, chapter 3.
    """
    contexts, totals = by_context(grams, counts)  # (C, n-1), (C,)
    total = lookup(contexts, totals, query[:, :-1])  # (Q,)
    return torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)
