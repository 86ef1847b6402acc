"""Modified Kneser-Ney: what is seen once, twice and more often is discounted differently, each as the counts say.

The best n-gram of Chen and Goodman's comparison and, to the last digit but float's, what `lmplz` computes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import drop_padding
from .continuation import continuation_counts
from .discounting import absolute_discounting


def three_discounts(counts: Tensor, fallback: tuple[float, float, float] = (0.5, 1.0, 1.5)) -> Tensor:
    """What to take from an n-gram counted once, twice, three times or more.

        Y = n_1 / (n_1 + 2 n_2),    D_j = j - (j+1) Y n_{j+1} / n_j,  j = 1, 2, 3

    n_j is the number of n-grams counted exactly j times, in the counts that the model uses: continuation counts for
    a lower order. If n_1, n_2 or n_3 is 0, or a D_j comes out below 0, there is too little text to tell, and all three
    are the fallback. (No D_j can come out above j.)

    counts: (U,) int64; fallback: D_1, D_2, D_3. Returns (3,) float64.
    Source: Chen & Goodman 1999, equation 26 in the technical report of 1998; the fallback is lmplz's.
    """
    n1, n2, n3, n4 = ((counts == j).sum().item() for j in (1, 2, 3, 4))
    if n1 and n2 and n3:
        y = n1 / (n1 + 2 * n2)
        found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
        if min(found) >= 0:
            fallback = found
    return torch.tensor(fallback, dtype=torch.float64)


def modified_kneser_ney(grams: Tensor, counts: Tensor, query: Tensor, bos: int, size: int) -> Tensor:
    """Interpolated modified Kneser-Ney of order n, its discounts estimated order by order.

        p_k(w | h) = (a_k(h w) - D(a_k(h w))) / a_k(h)  +  g_k(h) p_{k-1}(w | h without its first word),    p_0 = 1/V

    D(a) is D_1, D_2 or D_3 of order k for a = 1, 2, 3 or more. The rest is as in `kneser_ney`.

    grams: (U, n), rows in lexicographic order, with n-1 `<s>` before each sentence; counts: (U,) int64;
    query: (Q, n); bos: the number of `<s>`, or -1 to treat it as any word; size: V, without `<s>` (`lmplz` counts one
    more, its `<unk>`). Returns (Q,) float64.
    Source: Chen & Goodman 1999, section 3.
    """
    if grams.shape[1] == 1:
        lower = torch.full((len(query),), 1 / size, dtype=torch.float64)  # (Q,)
    else:
        lower = modified_kneser_ney(*continuation_counts(grams, counts, bos), query[:, 1:], bos, size)  # (Q,)
    grams, counts = drop_padding(grams, counts, bos)
    discount = three_discounts(counts)[counts.clamp(max=3) - 1]  # (U,)
    return absolute_discounting(grams, counts, discount, query, lower)
