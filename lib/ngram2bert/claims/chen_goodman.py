"""Which smoothing wins, and does it depend on how much text there is? Chen & Goodman 1999 on Brown.

    ladder = run(train, validation, test, len(words))
    print(ladder.table())
    print(*findings(ladder), sep="\n")       # what the paper says, and whether it holds here
    ladder.plot()

The vocabulary is that of the whole training text whatever the amount trained on, so that all perplexities are over the
same words. What a method tunes (k, mixture weights) it tunes on the whole validation text.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from ..ngrams import NgramCounts, NgramModel
from ..ngrams.estimate import fit_absolute, fit_add_k, fit_kneser_ney, fit_modified_kneser_ney
from ..ngrams.katz import fit_katz
from ..ngrams.mixture import fit_mixture
from ..ngrams.trie import at, pad
from ..ngrams.vocabulary import BOS
from .findings import findings as findings  # for the notebook: print(*chen_goodman.findings(ladder), sep="\n")
from .jelinek_mercer import fit_jelinek_mercer
from .ladder import Cell, Ladder
from .spread import resampled_bits

Text = list[list[int]]
SIZES = (12_500, 50_000, 200_000, 800_000)
SEEDS = (1, 2, 3)
KS = tuple(10.0**-power * step for power in range(1, 6) for step in (1, 0.3))
RESAMPLES = 1000


def run(
    train: Text,
    validation: Text,
    test: Text,
    vocab_size: int,
    sizes: Sequence[int] = SIZES,
    seeds: Sequence[int] = SEEDS,
    orders: Sequence[int] = (2, 3),
) -> Ladder:
    """All methods on growing amounts of text.

    train, validation, test: sentences of word numbers; vocab_size: len(words), with `<s>`; sizes: training tokens;
    seeds: each draws other sentences for a size. A size that takes all sentences (give or take one in a thousand) has
    one draw only, and there the spread is a paired bootstrap over the test sentences.
    """
    if not seeds or not sizes or not orders:
        raise ValueError(f"sizes {list(sizes)}, seeds {list(seeds)}, orders {list(orders)}: give at least one of each")
    cells = []
    tokens = torch.tensor([len(sentence) + 1 for sentence in test])  # (S,)
    for size in sizes:
        whole = takes_all(train, size)
        for order in orders:
            runs = []
            for seed in seeds[:1] if whole else seeds:
                runs.append(score(draw(train, size, seed), validation, test, vocab_size, order))
            seconds = [min(run[method][1] for run in runs) for method in METHODS]
            by_sentence = [torch.stack([run[method][0] for method in METHODS], dim=1) for run in runs]  # (S, M)
            bits = torch.stack([sums.sum(0) / tokens.sum() for sums in by_sentence])  # (R, M)
            again = resampled_bits(by_sentence[0], tokens, RESAMPLES, seed=size + order) if len(runs) == 1 else bits
            for column, method in enumerate(METHODS):
                cells.append(Cell(size, order, method, bits[:, column], again[:, column], whole, seconds[column]))
    return Ladder(cells)


def takes_all(train: Text, size: int) -> bool:
    """Is `size` the whole text, to one token in a thousand?"""
    return 1.001 * size >= sum(map(len, train))


def draw(train: Text, size: int, seed: int) -> Text:
    """Sentences in random order until `size` tokens are reached, or the whole text as it stands."""
    if takes_all(train, size):
        return train
    drawn, tokens = [], 0
    for sentence in random.Random(seed).sample(train, len(train)):
        if tokens >= size:
            break
        drawn.append(sentence)
        tokens += len(sentence)
    return drawn


def score(train: Text, validation: Text, test: Text, vocab_size: int, order: int) -> dict[str, tuple[Tensor, float]]:
    """For each method the bits of every test sentence (S,), and the CPU seconds of counting and fitting."""
    began = time.process_time()
    counts = NgramCounts(train, order, vocab_size)
    counting = time.process_time() - began
    where = torch.repeat_interleave(torch.arange(len(test)), torch.tensor([len(s) + 1 for s in test]))  # (N,)
    found = {}
    for name, method in METHODS.items():
        began = time.process_time()
        model = method(counts, train, validation)
        seconds = counting + time.process_time() - began
        bits = torch.zeros(len(test), dtype=torch.float64).index_add_(0, where, model.token_bits(test))
        found[name] = bits, seconds
    return found


def best_add_k(counts: NgramCounts, train: Text, validation: Text) -> NgramModel:
    """Add-k, k the best of KS on the validation text."""
    order, size = counts.trie.order, counts.trie.vocab_size - 1
    counts = NgramCounts(train, order, size + 1, "continuation")  # it needs <s> <s>, see `estimate`
    top = counts.levels[-1]
    text = pad(validation, order - 1)  # (T,)
    scored = text[order - 1 :] != BOS
    nodes = counts.trie.nodes(text)
    own = at(top.counts, nodes[-1], 0.0)[scored]  # (N,)
    contexts = len(counts.trie.keys[-2]) if order > 1 else 1
    total = top.sums(top.counts, contexts).double()  # (C,)
    of_context = at(total, nodes[-2][:-1], 0.0)[scored] if order > 1 else total.expand(len(own))  # (N,)
    return fit_add_k(counts, max(KS, key=lambda k: float(((own + k) / (of_context + k * size)).log().sum())))


Fit = Callable[[NgramCounts, Text, Text], NgramModel]


def _plain(fit: Callable[[NgramCounts], NgramModel], counts: NgramCounts, train: Text, validation: Text) -> NgramModel:
    return fit(counts)


METHODS: dict[str, Fit] = {
    "add_k": best_add_k,
    "interpolated": lambda counts, train, validation: fit_mixture(counts, validation, steps=20),
    "jelinek_mercer": lambda counts, train, validation: fit_jelinek_mercer(counts, validation),
    "absolute": partial(_plain, fit_absolute),
    "katz": partial(_plain, fit_katz),
    "kneser_ney": partial(_plain, fit_kneser_ney),
    "modified_kneser_ney": partial(_plain, fit_modified_kneser_ney),
}
