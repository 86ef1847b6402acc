"""GloVe over the counts that are not 0, by AdaGrad (Pennington, Socher & Manning 2014). The loss is `glove_loss`'s.

The counts are dealt into batches once. Within a batch both tables get their gradient by a sparse matrix product, so a
word that is in a thousand entries is fetched once and written once. AdaGrad's step is taken for a batch, where the
authors' program takes one for every entry.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .counting import Counts, compressed, count
from .settings import Settings

RATE = 0.05
BATCHES = 200  # a reading of the counts, at most
SMALLEST = 4096  # entries a batch, at least


@dataclass(frozen=True)
class Batch:
    """Entries ordered by row: i, j (n,), log x, weight f(x) (n,); and the order that puts them by column."""

    i: Tensor
    j: Tensor
    log_x: Tensor
    weight: Tensor
    by_column: Tensor


def deal(table: Counts, settings: Settings, chance: np.random.Generator) -> list[Batch]:
    """Every entry goes to one batch."""
    number = max(1, min(BATCHES, len(table.x) // SMALLEST))
    home = chance.integers(0, number, len(table.x)).astype(np.int16)
    batches = []
    for b in range(number):
        rows = np.flatnonzero(home == b)
        i, j, x = (torch.from_numpy(part[rows]) for part in (table.i, table.j, table.x))
        weight = (x / settings.x_max).clamp(max=1.0) ** settings.alpha
        batches.append(Batch(i, j, x.log(), weight, torch.argsort(j)))
    return batches


def _matrix(rows: Tensor, columns: Tensor, values: Tensor, vocab: int) -> Tensor:
    """(V, V) in compressed rows; `rows` is in order."""
    starts = torch.zeros(vocab + 1, dtype=torch.int64)
    torch.cumsum(torch.bincount(rows, minlength=vocab), 0, out=starts[1:])
    return compressed(starts, columns, values)


def gradients(weights: Sequence[Tensor], batch: Batch) -> tuple[Tensor, list[Tensor]]:
    """The loss of a batch, and the gradients of C, O, b, d in full. weights: C, O (V, m), b, d (V,)."""
    C, O, b, d = weights
    vocab = len(C)
    scores = (C.index_select(0, batch.i) * O.index_select(0, batch.j)).sum(1) + b[batch.i] + d[batch.j]
    off = scores - batch.log_x
    error = 2 * batch.weight * off  # (n,)
    by_row = _matrix(batch.i, batch.j, error, vocab)
    turned = batch.by_column
    by_column = _matrix(batch.j[turned], batch.i[turned], error[turned], vocab)
    d_b = torch.zeros_like(b).index_add_(0, batch.i, error)
    d_d = torch.zeros_like(d).index_add_(0, batch.j, error)
    return (batch.weight * off * off).sum(), [by_row @ O, by_column @ C, d_b, d_d]


def glove(
    sentences: list[list[int]],
    counts: Tensor,
    settings: Settings,
    seed: int,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Tensor, Tensor, float, list[float]]:
    """(C, O, CPU seconds, loss of each reading a entry). The tables begin uniform in +-1/2m, as the authors' do."""
    began = time.process_time()
    chance = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    table = count(sentences, counts, settings, seed)
    vocab, m = len(counts), settings.m
    weights = [(torch.rand(vocab, m, generator=generator) - 0.5) / m for _ in range(2)]
    weights += [torch.zeros(vocab), torch.zeros(vocab)]
    squares = [torch.ones_like(w) for w in weights]  # AdaGrad's sums; the authors' program begins them at 1
    batches = deal(table, settings, chance)
    losses = []
    for reading in range(settings.epochs):
        total = 0.0
        for number, choice in enumerate(chance.permutation(len(batches))):
            loss, found = gradients(weights, batches[choice])
            total += loss.item()
            for w, square, d_w in zip(weights, squares, found, strict=True):
                square.addcmul_(d_w, d_w)
                w.addcdiv_(d_w, square.sqrt(), value=-(settings.rate or RATE))
            if number % 20 == 0:
                progress((reading + number / len(batches)) / settings.epochs)
        losses.append(total / len(table.x))
        if not math.isfinite(losses[-1]):
            raise ValueError(
                f"GloVe diverged in reading {reading + 1}: take a smaller rate than {settings.rate or RATE}"
            )
    return weights[0], weights[1], time.process_time() - began, losses
