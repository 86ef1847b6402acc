"""Do the vectors find alike what people find alike? The order of the pairs is compared, not their scores."""

from __future__ import annotations

import torch
from torch import Tensor


def rank_correlation(x: Tensor, y: Tensor) -> float:
    """Spearman's rho: the correlation of the ranks.

        r_i = 1 + (number of j with x_j < x_i) + (number of other j with x_j = x_i) / 2
        rho = sum (r_i - mean r)(s_i - mean s) / sqrt(sum (r_i - mean r)^2  sum (s_i - mean s)^2)

    Numbers that are equal share the mean of their ranks; the mean of all ranks is (N+1)/2. s is to y what r is to x.

    x, y: (N,) each. Returns a number between -1 and 1; NaN where all of x or all of y are equal, or N is below 2.
    Source: Spearman 1904.
    """

    def centred_ranks(v: Tensor) -> Tensor:
        less = (v[:, None] > v).double().sum(1)  # (N,) how many are smaller
        equal = (v[:, None] == v).double().sum(1)  # (N,) itself among them
        ranks = less + (equal + 1) / 2
        return ranks - (len(v) + 1) / 2  # the mean of all ranks, with ties or without

    r, s = centred_ranks(x), centred_ranks(y)
    return float((r @ s) / ((r @ r) * (s @ s)).sqrt())


def pair_similarity(vectors: Tensor, index: dict[str, int], pairs: list[tuple[str, str, float]]) -> tuple[float, int]:
    """How well cosines order pairs of words that people have scored.

    Pairs with a word that has no vector are left out of the correlation, not scored 0: how many are left says how far
    to trust it.

    vectors: (V, m), none of them all zeros; index: the row of each word; pairs: (word, word, people's score).
    Returns `rank_correlation` of the cosines with the scores, and the number of pairs that were used.
    Source: Finkelstein et al. 2002 for such a list; Levy, Goldberg & Dagan 2015 for the measure.
    """
    known = [(index[v], index[w], score) for v, w, score in pairs if v in index and w in index]
    unit = vectors / vectors.norm(dim=1, keepdim=True)  # (V, m)
    cosines = (unit[[v for v, _, _ in known]] * unit[[w for _, w, _ in known]]).sum(1)  # (N,)
    return rank_correlation(cosines, torch.tensor([score for _, _, score in known])), len(known)
