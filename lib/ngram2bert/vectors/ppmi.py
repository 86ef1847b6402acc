"""From counts to surprise: how much more often two words stood together than chance would have them."""

from __future__ import annotations

import math

from torch import Tensor


def ppmi(counts: Tensor, shift: float = 1.0, smoothing: float = 0.75) -> Tensor:
    """Positive pointwise mutual information, shifted, with a smoothed context distribution.

        PMI(w, c) = log p(w, c) / (p(w) q(c)),    q(c) = n(c)^smoothing / sum over c' of n(c')^smoothing
        PPMI(w, c) = max(0, PMI(w, c) - log shift)

    p(w, c) is the share of the pair in all of `counts`, p(w) its sum over the row, n(c) the sum of a column. Where a
    pair, a word or a context never came (0/0 for the latter two), the entry is 0.

    counts: (V, V), rows are words and columns contexts, not negative, not all 0; shift: the k of negative sampling,
    1 for none. Returns (V, V) float64, in nats, never NaN.
    Source: Levy, Goldberg & Dagan 2015, sections 2.1 and 3.2; the shift: Levy & Goldberg 2014.
    """
    n = counts.double()  # (V, V)
    q = n.sum(0) ** smoothing  # (V,) to be divided by its sum
    pmi = (n / (n.sum(1, keepdim=True) * q / q.sum())).log()  # (V, V) the total of p(w, c) and p(w) cancels
    return (pmi - math.log(shift)).nan_to_num(0.0).clamp(min=0)
