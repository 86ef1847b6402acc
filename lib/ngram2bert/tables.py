"""A table of n-grams as two arrays, and how to look things up in it.

`grams` (U, n) int64 holds each different n-gram once, one a row, rows in lexicographic order; `values` (U,) holds
something about each of them, most often its count. There is no dictionary and no tuple: 600,000 trigrams are one
array of 14 MB, and a question about 100,000 of them is one call.

These helpers are given in the notebook. They know nothing about probability.
"""

from __future__ import annotations

import torch
from torch import Tensor


def unique_rows(rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The different rows in lexicographic order: `torch.unique(dim=0)`, about ten times faster on long arrays.

    The columns are packed into one integer a row, so that integers are sorted and not rows.

    rows: (N, n) int64. Returns `unique` (U, n), `inverse` (N,) with `unique[inverse] == rows`, `counts` (U,).
    """
    key = torch.zeros(len(rows), dtype=torch.int64)  # (N,) equal where the columns so far are equal
    span = 1  # keys are below this
    for column in rows.unbind(1):  # (N,)
        low = int(column.min()) if len(rows) else 0
        width = int(column.max()) - low + 1 if len(rows) else 1
        if span * width >= 2**62:  # one more column would overflow 64 bits: number the keys afresh
            _, key = torch.unique(key, return_inverse=True)
            span = int(key.max()) + 1
        key = key * width + (column - low)
        span *= width
    _, inverse, counts = torch.unique(key, return_inverse=True, return_counts=True)
    unique = rows.new_empty(len(counts), rows.shape[1])  # (U, n)
    unique[inverse] = rows
    return unique, inverse, counts


def row_numbers(grams: Tensor, query: Tensor) -> Tensor:
    """The row of `grams` that each query is, -1 for a query that is not there.

    The columns are packed into one integer a row, as in `unique_rows`: a query is then one number, found by bisection.
    Where one more column would overflow, the packed part is looked up first and its place stands for it: a trie whose
    levels are arrays, and hardly ever more than one level.

    grams: (U, n) in lexicographic order; query: (Q, n). Returns (Q,) int64. n may be 0: then all match row 0.
    """
    if grams.shape[1] != query.shape[1]:
        raise ValueError(f"grams have {grams.shape[1]} words a row, the query {query.shape[1]}: cut the query to match")
    if len(grams) == 0:
        return torch.full((len(query),), -1)
    low, high = grams.amin(0), grams.amax(0)  # (n,) of each column
    found = ((query >= low) & (query <= high)).all(1)  # (Q,) False when lost
    keys, wanted = torch.zeros(len(grams), dtype=torch.int64), torch.zeros(len(query), dtype=torch.int64)  # (U,), (Q,)
    span = 1  # keys are below this
    for k, (least, width) in enumerate(zip(low.tolist(), (high - low + 1).tolist(), strict=True)):
        if span * width >= 2**62:  # one more column would overflow 64 bits: number the keys afresh
            firsts, keys = torch.unique(keys, return_inverse=True)  # (G,), (U,)
            wanted, found = _bisect(firsts, wanted, found)
            span = len(firsts)
        keys = keys * width + (grams[:, k] - least)
        wanted = wanted * width + (query[:, k] - least)
        span *= width
    place, found = _bisect(keys, wanted, found)
    return torch.where(found, place, -1)


def _bisect(keys: Tensor, wanted: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
    """Where each number of `wanted` (Q,) stands in the sorted `keys`, and whether it does and all before was found."""
    place = torch.searchsorted(keys, wanted).clamp(max=len(keys) - 1)  # (Q,)
    return place, found & (keys[place] == wanted)


def lookup(grams: Tensor, values: Tensor, query: Tensor) -> Tensor:
    """The value of each query n-gram, 0 for one that is not in the table.

    grams: (U, n) in lexicographic order; values: (U,); query: (Q, n). Returns (Q,) float64.
    """
    row = row_numbers(grams, query)  # (Q,)
    if len(grams) == 0:
        return torch.zeros(len(query), dtype=torch.float64)
    return torch.where(row < 0, 0.0, values.double()[row])


def by_context(grams: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Sums the values over the last word: one row for each different context, the first n-1 words.

    grams: (U, n) in lexicographic order; values: (U,). Returns `contexts` (C, n-1) in lexicographic order and `sums`
    (C,) float64. For n = 1 there is one context, the empty one.
    """
    context = grams[:, :-1]  # (U, n-1)
    starts = torch.ones(len(grams), dtype=torch.bool)  # (U,) equal contexts stand together: where does a new one start?
    starts[1:] = (context[1:] != context[:-1]).any(1)
    group = starts.cumsum(0) - 1  # (U,)
    sums = torch.zeros(int(starts.sum()), dtype=torch.float64).index_add(0, group, values.double())
    return context[starts], sums


def drop_padding(grams: Tensor, counts: Tensor, bos: int) -> tuple[Tensor, Tensor]:
    """Leaves out the n-grams that begin with two `<s>`.

    `<s> <s> The` is `<s> The` over again: one fact, to be discounted once, in the order where it has one `<s>`.

    grams: (U, n); counts: (U,); bos: the number of `<s>`, or -1 to keep everything. Returns the rest of both.
    """
    real = (grams[:, :2] != bos).any(dim=1)  # (U,) an n-gram never is `<s>` alone
    return grams[real], counts[real]
