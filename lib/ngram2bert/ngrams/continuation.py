"""Continuation counts: in how many different places has it been seen?

*Francisco* is frequent and follows one word. A lower order speaks where the higher one is silent, and there what
matters is how many different words something has followed, not how often.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import unique_rows


def continuation_counts(grams: Tensor, counts: Tensor, bos: int) -> tuple[Tensor, Tensor]:
    """Turns the counts of order n into the continuation counts of order n-1.

        a(w_2 .. w_n) = number of different w_1 with c(w_1 w_2 .. w_n) > 0
                        or, if w_2 is `<s>`, the count itself: nothing else can stand before the start of a sentence

    grams: (U, n), n of 2 or more, rows in lexicographic order; counts: (U,) int64; bos: the number of `<s>`, or -1 to
    count left neighbours there too, as NLTK does.
    Returns `grams` (U', n-1), rows in lexicographic order, and `counts` (U',) int64. Applied to its own result it
    gives the next lower order.
    Source: Kneser & Ney 1995; Chen & Goodman 1999, section 2.7; for `<s>` Heafield et al. 2013, section 3.2.
    """
    shorter, inverse, _ = unique_rows(grams[:, 1:])  # (U', n-1), (U,)
    weight = torch.where(grams[:, 1] == bos, counts, 1)  # (U,)
    return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)
