"""Skip-gram with negative sampling, made for speed. Its gradient equals that of `skipgram_loss` by test.

Two liberties against word2vec.c, both stated in the tests: the rows of a block share SHARED noise words, each weighted
so that a pair has k of them on average; and a noise word that happens to be the pair's own output is not drawn again.
Levy & Goldberg 2014 derive PMI - log k for exactly this objective.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from .blocks import Step

SHARED = 64  # noise words a block
LAST = 0.0001  # the rate falls to it in a straight line; gensim's min_alpha


def gradients(C: Tensor, O: Tensor, step: Step, noise: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of the loss of one step's pairs.

    noise: (b, S) ids, shared by the rows of a block. Returns the gradient for the rows of C, (b, R, m), the ids of the
    rows of O (b, R + 2w + S) and their gradient (b, R + 2w + S, m), and the scores (b, R, R + 2w + S).
    """
    centres = C[step.centres]  # (b, R, m)
    rows = torch.cat((step.around, noise), 1)  # (b, R + 2w + S)
    outputs = O.index_select(0, rows.flatten()).view(*rows.shape, -1)  # (b, R + 2w + S, m)
    scores = centres @ outputs.mT  # (b, R, R + 2w + S)
    width = step.around.shape[1]
    error = torch.sigmoid(scores)
    error[..., :width] -= 1
    error[..., :width] *= step.pairs
    error[..., width:] *= step.pairs.sum(2, keepdim=True) * (k / noise.shape[1])
    return error @ outputs, rows, error.mT @ centres, scores


def update(C: Tensor, O: Tensor, step: Step, noise: Tensor, k: int, rate: float) -> None:
    """One step of gradient descent, in place."""
    d_centres, rows, d_outputs, _ = gradients(C, O, step, noise, k)
    m = C.shape[1]
    C.index_add_(0, step.centres.flatten(), d_centres.view(-1, m), alpha=-rate)
    O.index_add_(0, rows.flatten(), d_outputs.view(-1, m), alpha=-rate)


def noise_words(law: Tensor, blocks: int, chance: np.random.Generator) -> Iterator[Tensor]:
    """For step after step (blocks, SHARED) words drawn from the noise distribution (V,)."""
    upper = np.cumsum(law.double().numpy())
    upper /= upper[-1]
    while True:
        many = np.searchsorted(upper, chance.random(1 << 18), side="right").clip(max=len(upper) - 1)
        for i in range(0, len(many) - blocks * SHARED + 1, blocks * SHARED):
            yield torch.from_numpy(many[i : i + blocks * SHARED].reshape(blocks, SHARED))
