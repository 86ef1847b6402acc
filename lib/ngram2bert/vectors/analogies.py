"""Analogies: a is to b as c is to which word?"""

from __future__ import annotations

import math

from torch import Tensor


def analogy(vectors: Tensor, a: int, b: int, c: int) -> int:
    """The word whose vector is most like b - a + c: *man* is to *king* as *woman* is to the answer.

        argmax over w, none of a, b, c, of cos(w, b) - cos(w, a) + cos(w, c)

    All vectors are made of length 1 first, so that each of the three counts alike. A vector of zeros stays one: its
    cosine with any word is 0.

    vectors: (V, m), V at least 4; a, b, c: word numbers. Returns a word number.
    Source: Mikolov, Yih & Zweig 2013; Levy & Goldberg 2014b call it 3CosAdd.
    """
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)  # (V, m)
    scores = unit @ (unit[b] - unit[a] + unit[c])  # (V,)
    scores[[a, b, c]] = -math.inf
    return int(scores.argmax())
