"""Katz: discount as Good and Turing say, and back off. A lower order speaks only where the higher one saw nothing.

What is seen more than five times is believed. The lower orders use plain counts.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .backoff import BackoffModel
from .ngram_counts import NgramCounts
from .vocabulary import BOS

TINY = 1e-9  # a share of the probability that is rounding error


def good_turing_ratios(counts: Tensor, largest: int = 5) -> Tensor:
    """The factor d_r by which a count r is made smaller.

        d_r = (r*/r - a) / (1 - a),   r* = (r+1) n_{r+1} / n_r,   a = (k+1) n_{k+1} / n_1,   r = 1 .. k

    If the counts of counts give a d_r outside 0 .. 1, there is too little text, and each d_r is (r - 1/2) / r.

    counts: (U,) int64; largest: k. Returns (k+2,) float64, d_0 = 1 (unused) first, and last the 1 of larger counts.
    Source: Katz 1987; Chen & Goodman 1999, section 2.4.
    """
    r = torch.arange(1, largest + 1, dtype=torch.float64)  # (k,)
    n = torch.bincount(counts.clamp(max=largest + 2), minlength=largest + 3)[1 : largest + 2].double()  # n_1 .. n_{k+1}
    common = (largest + 1) * n[-1] / n[0]
    ratios = ((r + 1) * n[1:] / n[:-1] / r - common) / (1 - common)  # (k,)
    if not ((ratios > 0) & (ratios <= 1)).all():  # also when n_r = 0 made a NaN
        ratios = (r - 0.5) / r
    one = torch.ones(1, dtype=torch.float64)
    return torch.cat([one, ratios, one])


def fit_katz(counts: NgramCounts, size: int | None = None) -> BackoffModel:
    """Katz's model; unigrams are add-one, so that no word has 0.

    A context with large counts only has given nothing away: its total is made one larger, as SRILM does. `size` is the
    number of words that can come next, V-1 unless given.
    """
    trie, unigrams = counts.trie, counts.levels[0]
    lower = (unigrams.counts + 1) / (unigrams.counts.sum() + (size or trie.vocab_size - 1)).double()  # (V,)
    lower[BOS] = 0.0
    probs, weights = [lower], []
    for level in counts.levels[1:]:
        total = level.sums(level.counts, len(lower))  # (C,)
        ratios = good_turing_ratios(level.counts)
        kept = ratios[level.counts.clamp(max=len(ratios) - 1)] * level.counts  # (U,)
        full = (total > 0) & (total - level.sums(kept, len(lower)) < TINY)  # (C,) nothing given away
        p = kept / (total + full).clamp(min=1)[level.parent]  # (U,)
        used = level.sums(p, len(lower))  # (C,)
        rest = 1 - level.sums(lower[level.suffix], len(lower))  # (C,) lower-order share of the unseen words
        whole = (total > 0) & (rest < TINY)  # every word was seen here: there is nobody to give to
        p = torch.where(whole[level.parent], p / used.clamp(min=TINY)[level.parent], p)
        weight = torch.where(total > 0, (1 - used) / rest.clamp(min=TINY), 1.0)
        weights.append(torch.where(whole, 0.0, weight))
        probs.append(p)
        lower = p
    return BackoffModel(trie, probs, weights)
