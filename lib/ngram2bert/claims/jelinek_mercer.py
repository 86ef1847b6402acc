"""Jelinek-Mercer as Chen and Goodman ran it: one weight for each *bucket* of contexts, not one an order.

After *the*, seen 40,000 times with 6,000 followers, a bigram deserves another weight than after *Iliad*, seen once. One
weight an order (`fit_mixture`, what a learner writes) is the baseline of the paper; this is its contestant.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..ngrams.backoff import BackoffModel
from ..ngrams.ngram_counts import NgramCounts
from ..ngrams.trie import at, pad
from ..ngrams.vocabulary import BOS


def fit_jelinek_mercer(
    counts: NgramCounts, held_out: list[list[int]], buckets: int = 20, steps: int = 15, size: int | None = None
) -> BackoffModel:
    """The mixture p_k(w | h) = l(h) c(h w) / c(h) + (1 - l(h)) p_{k-1}(w | h'), p_0 uniform, l(h) = 0 for unseen h.

    l depends on c(h) / N1+(h), the mean count of what followed h: contexts are put into buckets by it, each bucket
    holding about as many held-out tokens, and every bucket gets its weight by EM, order after order from below.

    counts: the training text; held_out: sentences that training must not hold; buckets: of each order; steps: of EM;
    size: how many words can come next, V-1 unless given.
    Source: Jelinek & Mercer 1980; buckets by the mean count: Chen & Goodman 1999, sections 2.3 and 4.1.
    """
    trie, n = counts.trie, counts.trie.order
    text = pad(held_out, n - 1)  # (T,)
    scored = text[n - 1 :] != BOS  # (T-n+1,)
    nodes = trie.nodes(text)
    lower = torch.full((1,), 1 / (size or trie.vocab_size - 1), dtype=torch.float64)
    below = lower.expand(int(scored.sum()))  # (N,) the lower order's probability of each held-out token
    probs, weights = [], []
    for k, level in enumerate(counts.levels, start=1):
        total = level.sums(level.counts, len(lower))  # (C,)
        mean = total / level.sums((level.counts > 0).long(), len(lower)).clamp(min=1)  # (C,) 0 for unseen
        ratio = level.counts / total.clamp(min=1)[level.parent]  # (U,)
        gram = nodes[k - 1][..., n - k :][scored]  # (N,)
        context = nodes[k - 2][..., n - k : -1][scored] if k > 1 else torch.zeros_like(gram)  # (N,)
        asked, own = at(mean, context, 0.0), at(ratio, gram, 0.0)  # (N,)
        seen = asked > 0
        parts = torch.arange(1, buckets, dtype=torch.float64) / buckets
        edges = torch.quantile(asked[seen], parts).unique() if seen.any() else parts[:0]
        weight = bucket_weights(own[seen], below[seen], torch.bucketize(asked[seen], edges), len(edges) + 1, steps)
        of_context = torch.where(total > 0, weight[torch.bucketize(mean, edges)], 0.0)  # (C,)
        p = of_context[level.parent] * ratio + (1 - of_context)[level.parent] * lower[level.suffix]  # (U,)
        p[level.word == BOS] = 0.0
        of_token = at(of_context, context, 0.0)  # (N,)
        below = of_token * own + (1 - of_token) * below
        probs.append(p)
        weights.append(1 - of_context)
        lower = p
    return BackoffModel(trie, probs, weights[1:])


def bucket_weights(own: Tensor, below: Tensor, bucket: Tensor, buckets: int, steps: int) -> Tensor:
    """EM for a mixture of two with a weight of its own for each bucket.

    own, below: (N,) both probabilities of each token; bucket: (N,) 0 .. buckets-1. Returns the weight of `own`,
    (buckets,); 1/2 for a bucket without a token.
    """
    weight = torch.full((buckets,), 0.5, dtype=torch.float64)
    tokens = torch.bincount(bucket, minlength=buckets)  # (buckets,)
    for _ in range(steps):
        spoke = weight[bucket] * own
        share = spoke / (spoke + (1 - weight[bucket]) * below)  # (N,)
        weight = torch.where(
            tokens > 0, torch.zeros_like(weight).index_add_(0, bucket, share) / tokens.clamp(min=1), weight
        )
    return weight
