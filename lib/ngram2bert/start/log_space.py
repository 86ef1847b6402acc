"""Probabilities of texts are too small for a computer's numbers; their logarithms are not."""

import torch
from torch import Tensor


def log_sum_exp(x: Tensor, dim: int) -> Tensor:
    """The logarithm of a sum of numbers that are given by their natural logarithms.

        log sum over i of exp(x_i)  =  m + log sum over i of exp(x_i - m),    m = max over i of x_i

    The right side never overflows, and its largest term, exp(0), never underflows. Minus infinity is the logarithm of
    probability 0; where every x_i is minus infinity, so is the answer.

    x: any shape; dim: the axis to sum over, from either end. Returns the shape of x without that axis.
    Source: Blanchard, Higham & Higham 2021, "Accurately computing the log-sum-exp and softmax functions".
    """
    m = x.amax(dim, keepdim=True)
    m = torch.where(m.isinf(), 0.0, m)  # inf - inf would be NaN
    return (x - m).exp().sum(dim).log() + m.squeeze(dim)
