"""A word that the training text did not hold: its ending says what it is."""

from __future__ import annotations

import torch
from torch import Tensor


def suffix_scores(word: str, suffixes: dict[str, Tensor], prior: Tensor, longest: int) -> Tensor:
    """How much more likely does the ending of a word make each tag? p(t | ending) / p(t).

    By Bayes' rule that is p(ending | t) up to a factor which is the same for all tags: what an HMM needs as `obs`.
    From the empty ending to ever longer ones, each estimate is smoothed by the one before (*successive abstraction*):

        p_0(t) = prior_t          p_i(t) = (share_i(t) + theta p_{i-1}(t)) / (1 + theta)

    where share_i(t) is the share of tag t among the words that end in the last i letters, and theta is the standard
    deviation of the K numbers `prior` (with K - 1 below). It stops at `longest` letters, at the whole word, or before
    the first ending that `suffixes` does not have.

    word: a string, perhaps empty; suffixes: {ending: counts (K,)}, not all 0; prior: (K,) sums to one, K of 2 or more.
    Returns (K,) float64; 0 for a tag with prior 0.
    Source: Brants 2000, section 2.3.
    """
    theta = prior.std()  # the sample's: K - 1 below
    probs = prior  # (K,)
    for i in range(1, min(longest, len(word)) + 1):
        if word[-i:] not in suffixes:
            break
        counts = suffixes[word[-i:]]  # (K,)
        probs = (counts / counts.sum() + theta * probs) / (1 + theta)
    return torch.where(prior > 0, probs / prior, 0.0)
