"""Training by counting: sparse co-occurrence, PPMI of it, and its truncated SVD by random projection.

Equal by test to `cooccurrence`, `ppmi` and `svd_vectors`, which work on tables that are held in full: with 30,000 words
such a table has 900 million entries, of which 99 in 100 are 0.
"""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .blocks import flatten
from .settings import Settings
from .subsampling import keep_probability

EXTRA, ROUNDS = 28, 4  # directions beyond m, and power iterations, of the random projection


@dataclass(frozen=True)
class Counts:
    """The entries of a symmetric table (V, V) that are not 0, row by row: i (n,), j (n,) int64 and x (n,) float32."""

    i: np.ndarray
    j: np.ndarray
    x: np.ndarray
    vocab: int

    def matrix(self) -> Tensor:
        """As a sparse (V, V) tensor in compressed rows."""
        starts = np.zeros(self.vocab + 1, np.int64)
        np.cumsum(np.bincount(self.i, minlength=self.vocab), out=starts[1:])
        return compressed(torch.from_numpy(starts), torch.from_numpy(self.j), torch.from_numpy(self.x))


def compressed(starts: Tensor, columns: Tensor, values: Tensor) -> Tensor:
    """A sparse (V, V) tensor: row i holds the entries starts[i] to starts[i + 1]. starts: (V + 1,); the others (n,)."""
    vocab = len(starts) - 1
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Sparse CSR tensor support is in beta"
        )  # torch says so once a process
        return torch.sparse_csr_tensor(starts, columns, values, (vocab, vocab), check_invariants=False)


def count(sentences: list[list[int]], counts: Tensor, settings: Settings, seed: int) -> Counts:
    """Counts pairs within the window, weighted by distance, on both sides. Subsampling, if any, draws by the seed."""
    ids, sentence = flatten(sentences)
    if settings.sample:
        keep = keep_probability(counts, settings.sample).numpy()
        kept = np.random.default_rng(seed).random(len(ids)) < keep[ids]
        ids, sentence = ids[kept], sentence[kept]
    vocab = len(counts)
    keys, weights = np.empty(0, np.int64), np.empty(0, np.float32)
    for distance in range(1, settings.window + 1):
        together = sentence[:-distance] == sentence[distance:]
        left, right = ids[:-distance][together].astype(np.int64), ids[distance:][together].astype(np.int64)
        both = np.concatenate((left * vocab + right, right * vocab + left))
        both.sort()
        unique, times = _runs(both)
        keys, weights = _merged(keys, weights, unique, times.astype(np.float32) * settings.weight(distance))
    return Counts(keys // vocab, keys % vocab, weights, vocab)


def _runs(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different values of an ordered array, and how often each occurs."""
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else np.empty(0, int)
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _merged(
    keys: np.ndarray, weights: np.ndarray, more: np.ndarray, added: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Two ordered lists of keys made one, weights of equal keys added."""
    every = np.concatenate((keys, more))
    order = np.argsort(every, kind="stable")  # two ordered runs: a merge
    every, weight = every[order], np.concatenate((weights, added))[order]
    starts = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1]))) if len(every) else np.empty(0, int)
    return every[starts], np.add.reduceat(weight, starts).astype(np.float32) if len(starts) else weight


def sparse_ppmi(table: Counts, shift: float = 1.0, smoothing: float = 0.75) -> Counts:
    """As `ppmi`, without the entries that are 0. shift: k of negative sampling; log k is taken off."""
    rows = np.bincount(table.i, table.x, table.vocab)  # (V,)
    columns = np.bincount(table.j, table.x, table.vocab) ** smoothing
    pmi = np.log(table.x.astype(np.float64)) - np.log(rows[table.i]) - np.log(columns[table.j] / columns.sum())
    pmi -= math.log(shift)
    above = pmi > 0
    return Counts(table.i[above], table.j[above], pmi[above].astype(np.float32), table.vocab)


def truncated_svd(matrix: Tensor, m: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """(U (V, m), singular values (m,), V (V, m)) of a sparse matrix, largest first, by random projection.

    Source: Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.1.
    """
    width = min(m + EXTRA, matrix.shape[0])
    transposed = matrix.mT.to_sparse_csr()
    generator = torch.Generator().manual_seed(seed)
    basis = torch.linalg.qr(matrix @ torch.randn(matrix.shape[1], width, generator=generator))[0]  # (V, width)
    for _ in range(ROUNDS):
        basis = torch.linalg.qr(transposed @ basis)[0]
        basis = torch.linalg.qr(matrix @ basis)[0]
    small = (transposed @ basis).mT  # (width, V)
    u, s, vh = torch.linalg.svd(small, full_matrices=False)
    return (basis @ u)[:, :m], s[:m], vh[:m].mT


def count_and_factorise(
    sentences: list[list[int]], counts: Tensor, settings: Settings, seed: int
) -> tuple[Tensor, Tensor, float]:
    """PPMI-SVD: (C, O, CPU seconds), C = U S^eigen and O = V S^eigen."""
    began = time.process_time()
    table = sparse_ppmi(count(sentences, counts, settings, seed), settings.shift, settings.smoothing)
    u, s, v = truncated_svd(table.matrix(), settings.m, seed)
    scale = s**settings.eigen  # (m,)
    return u * scale, v * scale, time.process_time() - began
