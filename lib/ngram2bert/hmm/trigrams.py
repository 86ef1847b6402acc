"""A tag depends on two tags before it: how to weigh what was seen, and how to stay a first-order model."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def deleted_interpolation(counts: Tensor) -> Tensor:
    """Weights for the unigram, bigram and trigram estimates of a tag, from the training counts alone.

    Each trigram seen votes, once for each time it was seen, for the estimate that would have said it best had this one
    occurrence not been there:

        (c(c) - 1) / (N - 1)          (c(b c) - 1) / (c(b) - 1)          (c(a b c) - 1) / (c(a b) - 1)

    0 where the denominator is 0. Estimates that tie share the votes. The weights are the shares of all votes. All
    counts are sums over `counts`: c(b) is how often b was the context of a tag, c(c) how often c was the tag.

    counts: (S, S, S) trigrams of tags [a, b, c], at least one of them seen. Returns (3,) float64, sums to one.
    Source: Brants 2000, section 2.2; Jelinek & Mercer 1980. Shared ties: NLTK.
    """
    c = counts.double()  # (S, S, S)

    def held_out(seen: Tensor, context: Tensor) -> Tensor:
        return torch.where(context > 1, (seen - 1) / (context - 1), 0.0)

    one = held_out(c.sum((0, 1)), c.sum())  # (S,)
    two = held_out(c.sum(0), c.sum((0, 2))[:, None])  # (S, S)
    three = held_out(c, c.sum(2, keepdim=True))  # (S, S, S)
    says = torch.stack(torch.broadcast_tensors(one, two, three))  # (3, S, S, S)
    best = (says == says.amax(0)).double()
    votes = c * best / best.sum(0)  # (3, S, S, S)
    return votes.sum((1, 2, 3)) / c.sum()


def pair_states(probs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A trigram model of tags as a first-order HMM: its states are pairs of tags (the one before, the one now).

        start(<s>, c) = p(c | <s>, <s>)       trans((a, b), (b, c)) = p(c | a, b)       stop(a, b) = p(</s> | a, b)

    and everything else is impossible: pairs that do not overlap, and pairs whose second tag is the border.

    probs: (S, S, S), p(c | a, b) at [a, b, c]; the last number, S - 1, is the border: `<s>` as a or b, `</s>` as c.
    Returns log start (S*S,), log trans (S*S, S*S), log stop (S*S,); the pair (a, b) is state a * S + b.
    Source: Brants 2000, section 2.1; Thede & Harper 1999 (a second-order HMM for tagging).
    """
    size = len(probs)
    k = size - 1  # tags 0 .. k-1; k is the border
    logs = probs.log()
    log_start = torch.full((size, size), -math.inf, dtype=probs.dtype)
    log_start[k, :k] = logs[k, k, :k]
    b = torch.arange(k)
    log_trans = torch.full((size, size, size, size), -math.inf, dtype=probs.dtype)  # [a, b, b', c]
    log_trans[:, b, b, :k] = logs[:, :k, :k]
    log_stop = torch.full((size, size), -math.inf, dtype=probs.dtype)
    log_stop[:, :k] = logs[:, :k, k]
    return log_start.reshape(-1), log_trans.reshape(size * size, size * size), log_stop.reshape(-1)
