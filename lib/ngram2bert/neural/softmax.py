"""From any numbers to log probabilities, whatever their size.

It is the one place of a language model where numbers can overflow; all that follows stays in log space.
"""

from __future__ import annotations

from torch import Tensor


def log_softmax(scores: Tensor, dim: int) -> Tensor:
    """The logarithm of the softmax along one axis.

        log p_k = s_k - log sum over j of exp(s_j)

    A number added to all scores of a slice changes nothing, so the largest score of each slice is taken away first:
    then no exponential is above 1, and one of them is 1. The result never is log of a probability that was rounded
    to 0. A score of minus infinity gets minus infinity.

    scores: any shape, at least one finite score a slice; dim: the axis along which the probabilities sum to one.
    Returns the shape and dtype of `scores`, in nats.
    Source: Bengio et al. 2003, section 2, for the softmax; Blanchard, Higham & Higham 2021 for the shift.
    """
    shifted = scores - scores.amax(dim, keepdim=True)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()
