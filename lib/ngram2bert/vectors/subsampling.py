"""Subsampling: the commonest words say little about their neighbours, so most of their places are passed over."""

from __future__ import annotations

from torch import Tensor


def keep_probability(counts: Tensor, t: float) -> Tensor:
    """How likely each place of a word is to be kept.

        keep(w) = min(1, sqrt(t / f(w)) + t / f(w)),    f(w) = count(w) / N

    f is the word's share of the text's N places. A word that never came keeps probability 1.

    counts: (V,), not negative, at least one above 0; t: above 0, about 1e-5 for billions of words and 1e-3 for one
    million. Returns (V,) float64.
    Source: Mikolov et al. 2013b, section 2.3, as their program word2vec.c has it; the paper prints 1 - sqrt(t / f) for
    the probability to *drop* a word.
    """
    f = counts.double() / counts.sum()  # (V,)
    ratio = t / f  # (V,) infinite at count 0
    return (ratio.sqrt() + ratio).clamp(max=1)
