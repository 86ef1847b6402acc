"""Chapter 01: what happens to the counts as runs of words get longer and the text grows.

It counts with the learner's function. The training text is cut into slices that double it, and each slice is counted
once: counts add up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import ipywidgets
import torch
from torch import Tensor

from .. import plots
from ..tables import lookup, unique_rows
from .frame import Sliding, slide_or_still

Count = Callable[..., tuple[Tensor, Tensor]]
Text = list[list[int]]
POINTS = 120  # of a curve: ranks evenly spaced on a logarithmic axis


class Counted:
    """Counts of both texts for every order and amount of training text, by the function `count` (see count_ngrams).

    amounts  (K,) training words up to each slice's end
    """

    def __init__(self, count: Count, train: Text, test: Text, bos: int, eos: int, amounts: int):
        self.count, self.train, self.test, self.bos, self.eos = count, train, test, bos, eos
        words = torch.tensor([len(sentence) for sentence in train]).cumsum(0)  # (S,)
        wanted = words[-1] / 2.0 ** torch.arange(amounts - 1, -1, -1)  # (K,)
        self.ends = (torch.searchsorted(words, wanted.ceil().long()) + 1).clamp(max=len(train)).tolist()
        self.amounts = [int(words[end - 1]) for end in self.ends]
        self.table, self.ranked, self.unseen = cache(self._table), cache(self._ranked), cache(self._unseen)

    def _table(self, n: int, k: int) -> tuple[Tensor, Tensor]:
        """The n-grams of slice k alone and their counts."""
        start = self.ends[k - 1] if k else 0
        return self.count(self.train[start : self.ends[k]], n, self.bos, self.eos)

    def _ranked(self, n: int, k: int) -> Tensor:
        """(U,) float64: how often each different n-gram occurs up to slice k, the most frequent first."""
        tables = [self.table(n, j) for j in range(k + 1)]
        _, inverse, _ = unique_rows(torch.cat([grams for grams, _ in tables]))  # (rows of all tables,)
        counts = torch.cat([counts for _, counts in tables]).double()
        sums = torch.zeros(int(inverse.max()) + 1, dtype=torch.float64).index_add(0, inverse, counts)
        return sums.sort(descending=True).values

    def _unseen(self, n: int) -> list[float]:
        """For each amount, the share of the test text's n-grams that no slice so far holds."""
        grams, counts = self.count(self.test, n, self.bos, self.eos)
        missing = torch.ones(len(grams), dtype=torch.bool)  # (U,)
        shares = []
        for k in range(len(self.ends)):
            missing &= lookup(*self.table(n, k), grams) == 0
            shares.append(float(counts[missing].sum() / counts.sum()))
        return shares


def draw(counted: Counted, orders: int, n: int, k: int) -> plots.Picture:
    """Both panels, runs of n words and the text up to slice k set off."""
    figure, (left, right) = plots.figure(columns=2, width=8.2, height=3.3)
    for order in [m for m in range(1, orders + 1) if m != n] + [n]:  # the chosen one last, on top
        chosen = order == n
        look = {"color": plots.INK if chosen else plots.FAINT, "linewidth": 2.0 if chosen else 1.0}
        ranked = counted.ranked(order, k)
        at = torch.logspace(0, float(torch.tensor(len(ranked)).log10()), POINTS).long().clamp(1, len(ranked)).unique()
        left.loglog(at.tolist(), ranked[at - 1].tolist(), **look)
        shares = [100 * share for share in counted.unseen(order)]
        right.semilogx(counted.amounts, shares, **look)
        right.annotate(
            f"n = {order}",
            (counted.amounts[-1], shares[-1]),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=plots.INK,
            fontweight="bold" if chosen else "normal",
            annotation_clip=False,
        )
    ranked, share, amount = counted.ranked(n, k), counted.unseen(n)[k], counted.amounts[k]
    right.plot(amount, 100 * share, "o", color=plots.INK, markersize=7)
    left.set_xlim(0.8, counted.amounts[-1] * 1.5)
    right.set_ylim(-3, 103)
    plots.label(left, "rank of the run", "times it occurs", "Counts, most frequent first")
    plots.label(right, "words of training text", "never seen (%)", "Runs of the test text")
    once = float((ranked == 1).double().mean())
    runs = "words" if n == 1 else f"runs of {n} words"
    return plots.picture(
        figure,
        f"In {amount:,} words of training text there are {len(ranked):,} different {runs}. The most frequent occurs "
        f"{int(ranked[0]):,} times, and {once:.0%} occur once. Of the {runs} of the test text {share:.1%} are new.",
    )


def ngram_explorer(
    count_ngrams: Count, train: Text, test: Text, bos: int = 0, eos: int = 1, orders: int = 5, amounts: int = 8
) -> Sliding | plots.Picture:
    """Sliders for the length n of runs and the amount of training text; Zipf's curve, and what the test text has new.

    count_ngrams: the learner's own (see ngram2bert.ngrams.count_ngrams). train, test: sentences of word numbers.
    orders: n goes from 1 to this. amounts: steps of the text slider; each step doubles the text.
    Without a live kernel a still picture for n = 3 and the whole text.
    Source: Zipf 1935; Shannon 1951.
    """
    if not any(train) or not any(test):
        raise ValueError("train and test must hold at least one word each; pass lists of sentences of word numbers")
    counted = Counted(count_ngrams, train, test, bos, eos, amounts)
    wide = {"style": {"description_width": "9em"}, "layout": {"width": "34em"}, "continuous_update": False}
    text = [(f"{words:,} words", k) for k, words in enumerate(counted.amounts)]
    return slide_or_still(
        lambda n, k: draw(counted, orders, n, k),
        n=ipywidgets.IntSlider(value=min(3, orders), min=1, max=orders, description="words in a run, n", **wide),
        k=ipywidgets.SelectionSlider(value=len(text) - 1, options=text, description="training text", **wide),
    )
