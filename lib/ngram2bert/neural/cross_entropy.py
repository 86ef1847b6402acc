"""The loss and its gradient: how surprised the model was, and in which direction it would have been less so."""

from __future__ import annotations

import torch
from torch import Tensor

from .softmax import log_softmax


def cross_entropy(scores: Tensor, targets: Tensor, ignore: int = -1) -> Tensor:
    """The mean surprise at the words that came, in nats.

        L = -1/N sum over t of log p_t(w_t),    p_t = softmax(scores_t)

    Targets equal to `ignore` are neither in the sum nor in N: padding, or words that are not to be scored.

    scores: (B, V); targets: (B,) int64; ignore: a number that may lie outside 0 .. V-1.
    Returns a tensor of no axes. Its exponential is the perplexity.
    Source: Bengio et al. 2003, section 2 (their L, with the sign turned round and without the penalty).
    """
    scored = targets != ignore  # (B,)
    log_p = log_softmax(scores[scored], dim=1)  # (N, V)
    return -log_p[torch.arange(len(log_p)), targets[scored]].mean()


def cross_entropy_grad(scores: Tensor, targets: Tensor, ignore: int = -1) -> Tensor:
    """The gradient of `cross_entropy` with respect to the scores.

        dL/ds_tk = (p_t(k) - [k = w_t]) / N,    0 in the rows that are ignored

    Each row sums to zero: what the right word is to gain, the others are to lose, each by its own probability.

    Arguments as for `cross_entropy`. Returns (B, V).
    Source: Bengio et al. 2003, section 3.2.
    """
    scored = targets != ignore  # (B,)
    grad = log_softmax(scores, dim=1).exp()  # (B, V)
    grad[scored, targets[scored]] -= 1
    return grad * scored[:, None] / scored.sum()
