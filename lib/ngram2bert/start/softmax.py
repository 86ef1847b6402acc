"""From any numbers to probabilities."""

from torch import Tensor

from .log_space import log_sum_exp


def softmax(scores: Tensor, dim: int) -> Tensor:
    """Probabilities that are proportional to exp(score), along one axis.

        p_k = exp(s_k) / sum over j of exp(s_j)  =  exp(s_k - log sum over j of exp(s_j))

    A number added to all scores changes nothing. A score of minus infinity gets probability 0.

    scores: any shape; dim: the axis along which the probabilities sum to one. Returns the shape of `scores`.
    Source: Bridle 1990.
    """
    return (scores - log_sum_exp(scores, dim).unsqueeze(dim)).exp()
