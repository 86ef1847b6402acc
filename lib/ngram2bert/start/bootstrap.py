"""Is the better model better, or was the test set kind to it? Draw other test sets from this one and look."""

import torch
from torch import Generator, Tensor


def paired_bootstrap(right_a: Tensor, right_b: Tensor, draws: int, generator: Generator) -> Tensor:
    """The gain of model B over model A on test sets drawn, with replacement, from the one there is.

        gain_d = 1/N sum over i in the d-th draw of (b_i - a_i)

    A draw takes N items, and both models are judged on the same ones: what is hard for both cancels.

    right_a, right_b: (N,) bool, whether each model is right on each test item; draws: D; generator: the source of
    chance. Returns (D,), differences of two accuracies, each between -1 and 1.
    Source: Efron & Tibshirani 1993; Koehn 2004.
    """
    n = len(right_a)
    chosen = torch.randint(n, (draws, n), generator=generator)  # (D, N)
    gain = right_b.double() - right_a.double()  # (N,)
    return gain[chosen].mean(dim=1)  # (D,)
