"""Add-k: pretend to have seen every n-gram k times more.

It gives each unseen word the same share, however common the word is: interpolation, next, does not.
"""

from __future__ import annotations

from torch import Tensor

from ..tables import by_context, lookup


def add_k(grams: Tensor, counts: Tensor, query: Tensor, k: float, size: int) -> Tensor:
    """Maximum likelihood after k has been added to the count of every word after every context.

        p(w | h) = (c(h w) + k) / (c(h) + k V)

    V counts every word that can come next: the known words, `UNK_` and `</s>`, but not `<s>`. After a context that
    training never saw every word has 1/V.

    grams: (U, n), rows in lexicographic order; counts: (U,); query: (Q, n); k: above 0, 1 is Laplace's rule;
    size: V. Returns (Q,) float64.
    Source: Chen & Goodman 1999, section 2.1 (Lidstone 1920, Johnson 1932, Jeffreys 1948).
    """
    contexts, totals = by_context(grams, counts)  # (C, n-1), (C,)
    total = lookup(contexts, totals, query[:, :-1])  # (Q,)
    return (lookup(grams, counts, query) + k) / (total + k * size)
