"""The parameters of Bengio's network, before it has learned anything."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def new_params(
    vocab_size: int,
    n: int = 5,
    m: int = 64,
    h: int = 128,
    direct: bool = False,
    seed: int = 0,
    dtype: torch.dtype = torch.float32,
) -> dict[str, Tensor]:
    """Random weights, biases of 0; nothing but the seed decides.

    vocab_size: V, with `<s>`; n: a word is predicted from the n-1 words before it; m: numbers a word; h: hidden units;
    direct: with connections from the vectors to the scores. Returns C (V, m), H (h, (n-1)m), d (h,), U (V, h), b (V,)
    and perhaps W (V, (n-1)m), all normal. The deviation of C is 1/10; that of H keeps the size of what goes through it;
    U and W are smaller, so that at first all words are about equally likely and the loss is about log V.
    Raises ValueError for an n below 2.
    """
    if n < 2:
        raise ValueError(f"n is {n}: this network needs a word before, n of 2 or more")
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int, scale: float) -> Tensor:
        return (torch.randn(*shape, generator=generator, dtype=torch.float64) * scale).to(dtype)

    width = (n - 1) * m
    params = {
        "C": normal(vocab_size, m, scale=0.1),
        "H": normal(h, width, scale=1 / math.sqrt(width)),
        "d": torch.zeros(h, dtype=dtype),
        "U": normal(vocab_size, h, scale=0.1 / math.sqrt(max(h, 1))),
        "b": torch.zeros(vocab_size, dtype=dtype),
    }
    if direct:
        params["W"] = normal(vocab_size, width, scale=0.1 / math.sqrt(width))
    return params
