"""Noise: the words that a centre is told apart from."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def noise_distribution(counts: Tensor, power: float = 0.75) -> Tensor:
    """The law that noise words are drawn from.

        noise(w) = count(w)^power / sum over v of count(v)^power

    A power below 1 takes from the common words and gives to the rare ones; 1 is the unigram distribution, 0 uniform.

    counts: (V,), not negative, at least one above 0. Returns (V,) float64, with sum 1.
    Source: Mikolov et al. 2013b, section 2.2.
    """
    weights = counts.double() ** power  # (V,)
    return weights / weights.sum()


def draw_noise(noise: Tensor, targets: Tensor, k: int, generator: Generator) -> Tensor:
    """k noise words for each target, never the target itself.

    A row's words are independent draws, so that one may come twice, from `noise` without the row's target: what is
    left is divided by its sum.

    noise: (V,), sums to 1; at least one word beside each target has some of it. targets: (B,) int64; k: 1 or more;
    generator: all chance comes from it. Returns (B, k) int64.
    Source: Mikolov et al. 2013b, section 2.2; word2vec.c passes over a draw that is the target.
    """
    weights = noise.repeat(len(targets), 1)  # (B, V)
    weights[torch.arange(len(targets)), targets] = 0
    return torch.multinomial(weights, k, replacement=True, generator=generator)
