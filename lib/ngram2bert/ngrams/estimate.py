"""From counts to models: one short function a method, and `estimate` that calls them by name.

Equal by test to the functions that learners write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .backoff import BackoffModel
from .katz import fit_katz
from .mixture import fit_mixture
from .model import NgramModel
from .modified_kneser_ney import three_discounts
from .ngram_counts import NgramCounts
from .vocabulary import BOS


def fit_add_k(counts: NgramCounts, k: float = 1.0, size: int | None = None) -> BackoffModel:
    """(c(h w) + k) / (c(h) + k size): Chen & Goodman 1999, section 2.1. `size` is V-1 unless given. For k = 0 it is
    maximum likelihood, and after an unseen context every word has 0."""
    trie, top = counts.trie, counts.levels[-1]
    size = size or trie.vocab_size - 1
    flat = 1 / size if k else 0.0  # what any word gets where nothing was seen
    probs = [torch.full((len(keys),), flat, dtype=torch.float64) for keys in trie.keys]
    weights = [torch.ones(len(keys), dtype=torch.float64) for keys in trie.keys[:-1]]
    total = top.sums(top.counts, len(trie.keys[-2]) if trie.order > 1 else 1)  # (C,)
    probs[-1] = (top.counts.double() + k) / (total + k * size)[top.parent]  # (U_n,)
    if weights:
        weights[-1] = torch.where(total > 0, k * size / (total + k * size), 1.0)  # (U_{n-1},)
    for level, p in zip(counts.levels, probs, strict=True):
        p[level.word == BOS] = 0.0
    return BackoffModel(trie, probs, weights)


def fit_mle(counts: NgramCounts) -> BackoffModel:
    """Relative frequencies, 0 for all else."""
    return fit_add_k(counts, k=0.0)


def _discounted(counts: NgramCounts, used: list[Tensor], discounts: list[Tensor], size: int | None) -> BackoffModel:
    """Interpolated absolute discounting of all orders from the uniform distribution up; `kneser_ney` in a loop.

    used: the counts of each order (U_k,); discounts: for each order (3,), for counts of 1, 2, 3 or more.
    """
    trie = counts.trie
    lower = torch.full((1,), 1 / (size or trie.vocab_size - 1), dtype=torch.float64)
    probs, weights = [], []
    for level, count, discount in zip(counts.levels, used, discounts, strict=True):
        taken = torch.minimum(torch.cat([discount.new_zeros(1), discount])[count.clamp(max=3)], count.double())  # (U,)
        total = level.sums(count, len(lower))  # (U_{k-1},)
        gift = level.sums(taken, len(lower)) / total  # (U_{k-1},) NaN where nothing followed
        p = (count - taken) / total[level.parent] + gift[level.parent] * lower[level.suffix]  # (U,)
        p[level.word == BOS] = 0.0
        weights.append(torch.where(total > 0, gift, 1.0))
        probs.append(p)
        lower = p
    return BackoffModel(trie, probs, weights[1:], discounts)


def _one_discount(counts: Tensor) -> float:
    """n_1 / (n_1 + 2 n_2): Ney, Essen & Kneser 1994. 0.5 where there is none."""
    n1, n2 = int((counts == 1).sum()), int((counts == 2).sum())
    return n1 / (n1 + 2 * n2) if n1 else 0.5


def fit_absolute(counts: NgramCounts, discounts: list[float] | None = None, size: int | None = None) -> BackoffModel:
    """Absolute discounting on plain counts; one discount an order, estimated unless given."""
    used = [level.counts for level in counts.levels]
    return _discounted(counts, used, _as_three(discounts, used), size)


def fit_kneser_ney(counts: NgramCounts, discounts: list[float] | None = None, size: int | None = None) -> BackoffModel:
    """Kneser-Ney, interpolated; one discount an order, low to high, estimated unless given."""
    used = counts.adjusted()
    return _discounted(counts, used, _as_three(discounts, used), size)


def fit_modified_kneser_ney(
    counts: NgramCounts,
    discounts: list[Tensor] | None = None,
    size: int | None = None,
    fallback: tuple[float, float, float] = (0.5, 1.0, 1.5),
) -> BackoffModel:
    """Modified Kneser-Ney; for each order three discounts (3,), estimated unless given."""
    used = counts.adjusted()
    return _discounted(counts, used, discounts or [three_discounts(count, fallback) for count in used], size)


def _as_three(discounts: list[float] | None, used: list[Tensor]) -> list[Tensor]:
    """One discount an order as three equal ones (3,)."""
    found = discounts or [_one_discount(count) for count in used]
    if len(found) != len(used):
        raise ValueError(f"{len(found)} discounts for order {len(used)}: give one an order, from unigrams up")
    return [torch.full((3,), float(discount), dtype=torch.float64) for discount in found]


METHODS: dict[str, Callable[..., NgramModel]] = {
    "mle": fit_mle,
    "add_k": fit_add_k,
    "interpolated": fit_mixture,
    "absolute": fit_absolute,
    "katz": fit_katz,
    "kneser_ney": fit_kneser_ney,
    "modified_kneser_ney": fit_modified_kneser_ney,
}


def estimate(
    sentences: list[list[int]],
    order: int,
    vocab_size: int,
    method: str = "modified_kneser_ney",
    bos: str = "raw",
    **options: Any,
) -> NgramModel:
    """Counts a text and fits a model: `fit_METHOD(NgramCounts(sentences, order, vocab_size, bos), **options)`.

    sentences: lists of word numbers without borders; order: n; vocab_size: the length of the word list, `<s>` included;
    method: a name in METHODS ("interpolated" needs `held_out=`); bos: "raw" or "continuation", see `ngram_counts`
    ("mle" and "add_k" use the highest order alone, and always have n-1 `<s>` before a sentence).
    Raises ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: choose one of {', '.join(METHODS)}")
    # these two ask no shorter context, so `<s> <s>` must be in the table itself
    borders = "continuation" if method in ("mle", "add_k") else bos
    return METHODS[method](NgramCounts(sentences, order, vocab_size, borders), **options)
