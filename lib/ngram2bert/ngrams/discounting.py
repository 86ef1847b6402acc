"""Absolute discounting: take a little from each n-gram that was seen and share it out by the next lower order.

One order at a time. What the lower order is, raw counts or Kneser and Ney's, is the caller's affair.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import by_context, lookup


def absolute_discounting(
    grams: Tensor, counts: Tensor, discount: float | Tensor, query: Tensor, lower: Tensor
) -> Tensor:
    """One order of interpolated absolute discounting.

        p(w | h) = max(c(h w) - D, 0) / c(h)  +  g(h) p_lower(w),    g(h) = sum over v of min(D, c(h v)) / c(h)

    g(h) is just what was taken after h, so p sums to one if p_lower does; for one D of 1 or less it is D times the
    number of different words after h, over c(h). After a context that training never saw p is p_lower.

    grams: (U, n), rows in lexicographic order; counts: (U,); discount: D, one number of 0 or more, or (U,), one for
    each n-gram; query: (Q, n); lower: (Q,), p_lower of the last word of each query. Returns (Q,) float64.
    Source: Ney, Essen & Kneser 1994; Chen & Goodman 1999, section 2.6.
    """
    taken = counts.double().clamp(max=discount)  # (U,) what each n-gram gives up
    contexts, totals = by_context(grams, counts)  # (C, n-1), (C,)
    _, gifts = by_context(grams, taken)  # (C,)
    total = lookup(contexts, totals, query[:, :-1])  # (Q,)
    gift = lookup(contexts, gifts, query[:, :-1])  # (Q,)
    kept = lookup(grams, counts - taken, query)  # (Q,)
    return torch.where(total > 0, (kept + gift * lower) / total, lower)
