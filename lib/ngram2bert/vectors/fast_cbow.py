"""CBOW with negative sampling, made for speed. Its gradient equals that of `cbow_loss` by test, unless `spread` is set.

h is the mean of n word vectors, so each of them should get 1/n of h's gradient. word2vec.c and gensim give each of them
all of it. Irsoy, Benton & Stratos 2021 (Corrected CBOW performs as well as skip-gram) call that the reason why CBOW had
been found weaker; `spread=True` does it their way.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .blocks import Step


def gradients(C: Tensor, O: Tensor, step: Step, noise: Tensor, k: int, spread: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Of the loss of one step's words, each predicted from the mean of the words around it.

    noise: (b, S) ids. Returns the gradient for the rows of C (b, R + 2w, m), then, for the centres and the noise, the
    ids of the rows of O (b, R + S) and their gradient (b, R + S, m).
    """
    b, rows = step.centres.shape
    columns = C.index_select(0, step.around.flatten()).view(b, -1, C.shape[1])  # (b, R + 2w, m)
    number = step.pairs.sum(2, keepdim=True)  # (b, R, 1): words in the window
    share = step.pairs / number.clamp(min=1)  # (b, R, R + 2w)
    h = share @ columns  # (b, R, m)
    ids = torch.cat((step.centres, noise), 1)  # (b, R + S)
    outputs = O.index_select(0, ids.flatten()).view(b, -1, C.shape[1])  # (b, R + S, m)
    own, drawn = outputs[:, :rows], outputs[:, rows:]
    there = (number > 0).to(h.dtype)
    positive = (torch.sigmoid((h * own).sum(2, keepdim=True)) - 1) * there  # (b, R, 1)
    negative = torch.sigmoid(h @ drawn.mT) * (there * (k / noise.shape[1]))  # (b, R, S)
    d_h = positive * own + negative @ drawn  # (b, R, m)
    d_outputs = torch.cat((positive * h, negative.mT @ h), 1)  # (b, R + S, m)
    return (step.pairs if spread else share).mT @ d_h, ids, d_outputs


def update(C: Tensor, O: Tensor, step: Step, noise: Tensor, k: int, rate: float, spread: bool) -> None:
    """One step of gradient descent, in place."""
    d_columns, ids, d_outputs = gradients(C, O, step, noise, k, spread)
    m = C.shape[1]
    C.index_add_(0, step.around.flatten(), d_columns.reshape(-1, m), alpha=-rate)
    O.index_add_(0, ids.flatten(), d_outputs.view(-1, m), alpha=-rate)
