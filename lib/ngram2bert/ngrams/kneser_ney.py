"""Kneser-Ney: absolute discounting whose lower orders are made of continuation counts.

One discount an order. The next file reads the discounts off the counts, three an order.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import drop_padding
from .continuation import continuation_counts
from .discounting import absolute_discounting


def kneser_ney(grams: Tensor, counts: Tensor, discounts: list[float], query: Tensor, bos: int, size: int) -> Tensor:
    """Interpolated Kneser-Ney of order n, down to the uniform distribution.

        p_k(w | h) = max(a_k(h w) - D_k, 0) / a_k(h)  +  g_k(h) p_{k-1}(w | h without its first word),    p_0 = 1/V

    a_n are the counts; each lower a_k counts continuations of order k+1. After h unseen, p_k = p_{k-1}.

    grams: (U, n), rows in lexicographic order, with n-1 `<s>` before each sentence; counts: (U,) int64;
    discounts: D_1 .. D_n; query: (Q, n); bos: the number of `<s>`, or -1 to treat it as any word; size: V, without
    `<s>`. Returns (Q,) float64.
    Source: Kneser & Ney 1995; interpolated as in Chen & Goodman 1999, section 3.
    """
    if grams.shape[1] == 1:
        lower = torch.full((len(query),), 1 / size, dtype=torch.float64)  # (Q,)
    else:
        shorter = continuation_counts(grams, counts, bos)  # (U', n-1), (U',)
        lower = kneser_ney(*shorter, discounts[:-1], query[:, 1:], bos, size)  # (Q,)
    return absolute_discounting(*drop_padding(grams, counts, bos), discounts[-1], query, lower)
