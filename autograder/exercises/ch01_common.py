"""What the declarations of chapter 01 share: the given helpers, small tables of n-grams, small models."""

from functools import partial

import torch

from autograder.exercise import exercise as declare
from ngram2bert import tables

GIVEN = {name: getattr(tables, name) for name in ("by_context", "drop_padding", "lookup", "unique_rows")}
exercise = partial(declare, needs=GIVEN)


def counted(rows):
    """The arguments `grams` and `counts` of {n-gram: count}, in lexicographic order."""
    ordered = sorted(rows.items())
    return dict(grams=torch.tensor([gram for gram, _ in ordered]), counts=torch.tensor([count for _, count in ordered]))


def counted_text(sentences, n, bos, eos):
    """The arguments `grams` and `counts` of a text, with n-1 `<s>` before each sentence and one `</s>` after it."""
    rows = {}
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos]
        for i in range(len(sentence) + 1):
            gram = tuple(padded[i:i + n])
            rows[gram] = rows.get(gram, 0) + 1
    return counted(rows)


def model(r, v, n):
    """A table (v, ..., v) of p(w | h) whose last axis sums to one; hand-made where r is None."""
    if r is None:
        weights = 1 + (torch.arange(v**n, dtype=torch.float64) * 7 % 11).reshape([v] * n)
        return weights / weights.sum(-1, keepdim=True)
    return r.probabilities(*[v] * n)
