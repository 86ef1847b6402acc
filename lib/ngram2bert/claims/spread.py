"""How sure is a figure? The spread over repetitions, and the paired bootstrap where there is nothing to repeat."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def mean_and_sd(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (n-1 in the denominator); the deviation of a single value is NaN."""
    if not values:
        raise ValueError("no values: give at least one")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, math.nan
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def resampled_bits(bits: Tensor, tokens: Tensor, draws: int, seed: int) -> Tensor:
    """The paired bootstrap: bits a token on texts made by drawing test sentences with replacement.

    All models are scored on the same draws, so that the difference of two columns is the difference on one text.

    bits: (S, M) bits of each sentence under each model; tokens: (S,) its length with `</s>`. Returns (draws, M).
    Source: Efron & Tibshirani 1993, chapter 13; for language models and their kin, Koehn 2004.
    """
    if len(bits) != len(tokens) or bits.dim() != 2:
        raise ValueError(f"bits are {tuple(bits.shape)} for {len(tokens)} sentences: give one row a sentence")
    sentences = len(tokens)
    chance = np.random.default_rng(seed)
    times = chance.multinomial(sentences, np.full(sentences, 1 / sentences), size=draws)  # (draws, S)
    drawn = torch.from_numpy(times).double()
    return (drawn @ bits.double()) / (drawn @ tokens.double())[:, None]


def plus_minus(mean: float, sd: float, digits: int = 1) -> str:
    """`3.5 ± 0.1`; the mean alone where there is no deviation."""
    return f"{mean:.{digits}f}" if math.isnan(sd) else f"{mean:.{digits}f} ± {sd:.{digits}f}"
