"""The solutions of the small course that is attacked."""

import torch
from torch import nn


def row_sums(x):
    """The sum of each row of x (B, D), as a tensor (B,)."""
    return x.sum(1)


def spread(x):
    """The largest less the smallest number of each row of x (B, D), as a tensor (B,)."""
    return x.amax(1) - x.amin(1)


def softmax(x):
    """exp(x) / sum exp(x) over the last axis, without overflow."""
    weights = (x - x.amax(-1, keepdim=True)).exp()
    return weights / weights.sum(-1, keepdim=True)


class Affine(nn.Module):
    """y = x W^T + b, with W (out, in) and b (out,)."""

    def __init__(self, size_in, size_out):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size_out, size_in))
        self.bias = nn.Parameter(torch.zeros(size_out))

    def forward(self, x):
        return x @ self.weight.T + self.bias


def relative_spread(x):
    """The spread of each row of x (B, D) over the size of its sum, as a tensor (B,)."""
    return spread(x) / row_sums(x).abs()


def judge_spread(candidate):
    """True where `candidate` is a right `spread`."""
    x = torch.tensor([[1.0, -2.5, 4.0], [0.5, 0.25, -7.0]], dtype=torch.float64)
    return torch.equal(candidate(x), torch.tensor([6.5, 7.5], dtype=torch.float64))
