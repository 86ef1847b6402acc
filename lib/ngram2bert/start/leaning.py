"""Which way does a word lean? A share that does not believe two reviews as it believes two thousand."""

from torch import Tensor


def share_positive(positive: Tensor, negative: Tensor) -> Tensor:
    """The share of positive reviews among those that hold a word, by the rule of succession.

        share = (positive + 1) / (positive + negative + 2)

    As if one review of each kind had been seen before. A word that nobody used gets 1/2, one that a single reviewer
    used gets 1/3 or 2/3, not 0 or 1. With many reviews the two extra ones no longer matter.

    positive, negative: (V,), how many positive and negative reviews hold each of V words, out of equally many of each
    kind. Returns (V,), between 0 and 1.
    Source: Laplace 1814, "Essai philosophique sur les probabilites".
    """
    together = positive + negative
    share = (positive + 1) / (together + 2)
    return share
