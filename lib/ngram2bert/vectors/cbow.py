"""CBOW: the words around a place, as a bag, are asked for the word in it."""

from __future__ import annotations

import torch
from torch import Tensor

from .skipgram import skipgram_loss


def cbow_loss(C: Tensor, O: Tensor, windows: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
    """The loss of the skip-gram with the mean of a window's vectors in the place of the centre's.

        h_b = mean over the words w of window b of C_w
        L = - sum over b of [ log sigmoid(h_b . O_o) + sum over i of log sigmoid(-h_b . O_ni) ]

    C, O: (V, m); windows: (B, w) int64, padded with -1 where there is no word, on either side, with at least one word a
    row; targets: (B,) int64, the words in the middle; noise: (B, k) int64.
    Returns a tensor of no axes, in nats, summed over the batch, that autograd can go back through.
    Source: Mikolov et al. 2013a, section 3.1, with the loss of 2013b; gensim's cbow_mean=1.
    """
    there = (windows >= 0)[:, :, None]  # (B, w, 1)
    h = (C[windows] * there).sum(1) / there.sum(1)  # (B, m); -1 looks up the last word, and `there` takes it away
    return skipgram_loss(h, O, torch.arange(len(h)), targets, noise)
