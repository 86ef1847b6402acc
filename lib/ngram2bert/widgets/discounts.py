"""Chapter 01: Kneser-Ney's discount and order, its perplexity at once, by the learner's own functions.

To answer while a slider moves, it trains on a small part of the text and is measured on a smaller one. Every setting
that was tried stays on the picture, so that the curve comes into being point by point.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

import ipywidgets
from torch import Tensor

from .. import plots
from .frame import Sliding, slide_or_still

Text = list[list[int]]
Count = Callable[..., tuple[Tensor, Tensor]]
STEPS = 20  # the discount goes from 0 to 1 in so many steps
FIRST = (2, 6, 10, 14, 18)  # of them, what is known of the first order before anything is moved
SMOOTH = 12_000  # words of held-out text


class Tried:
    """Perplexities by discount and order, each computed when it is first asked for.

    train, validation: sentences; tokens: how many words of `train` are drawn; size: words that can come next.
    """

    def __init__(
        self,
        count: Count,
        kneser_ney: Callable[..., Tensor],
        perplexity: Callable[..., tuple[float, float]],
        train: Text,
        validation: Text,
        size: int,
        tokens: int,
    ) -> None:
        self.known: dict[tuple[int, int], float] = {}  # (order, step) to perplexity
        self._kneser_ney, self._perplexity, self._size = kneser_ney, perplexity, size
        self.train, self._held_out = some(train, tokens), some(validation, SMOOTH)
        self._table = cache(lambda n: count(self.train, n, 0, 1))

    def ask(self, n: int, step: int) -> float:
        """Perplexity of order n with the discount step / STEPS at every order."""
        if (n, step) not in self.known:
            grams, counts = self._table(n)
            discounts = [step / STEPS] * n
            self.known[n, step], _ = self._perplexity(
                lambda query: self._kneser_ney(grams, counts, discounts, query, 0, self._size), self._held_out, n, 0, 1
            )
        return self.known[n, step]

    def curve(self, n: int) -> tuple[list[float], list[float]]:
        """What was tried of order n: discounts and finite perplexities."""
        found = sorted((step, ppl) for (order, step), ppl in self.known.items() if order == n and math.isfinite(ppl))
        return [step / STEPS for step, _ in found], [ppl for _, ppl in found]


def some(text: Text, tokens: int) -> Text:
    """Sentences drawn at random, always the same ones, until they have so many words."""
    drawn, left = [], tokens
    for sentence in random.Random(0).sample(text, len(text)):
        if left <= 0:
            break
        drawn.append(sentence)
        left -= len(sentence)
    return drawn


def draw(tried: Tried, orders: int, n: int, discount: float) -> plots.Picture:
    """Perplexity against the discount, what was tried so far; the current setting set off."""
    ppl = tried.ask(n, round(discount * STEPS))
    figure, axes = plots.figure(width=6.4, height=3.4)
    for order in range(1, orders + 1):
        xs, ys = tried.curve(order)
        look = {"linewidth": 2.2, "markersize": 5} if order == n else {"linewidth": 1.0, "markersize": 3, "alpha": 0.75}
        axes.plot(xs, ys, **(plots.line(order - 1) | look), label=f"n = {order}" + (", now" if order == n else ""))
    if math.isfinite(ppl):
        axes.plot(discount, ppl, "o", color=plots.INK, markersize=9, fillstyle="none", markeredgewidth=2)
    axes.set_yscale("log")
    axes.legend(loc="upper right")
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(*limits([y for order in range(1, orders + 1) for y in tried.curve(order)[1]]))
    axes.set_yticks([tick for tick in (200, 250, 300, 400, 500, 700, 1000, 2000) if within(tick, axes.get_ylim())])
    axes.set_yticklabels([f"{tick:g}" for tick in axes.get_yticks()])
    axes.minorticks_off()
    plots.label(axes, "discount D, the same at every order", "perplexity, held-out text", "Kneser–Ney: what was tried")
    words = sum(map(len, tried.train))
    best = min(zip(*reversed(tried.curve(n)), strict=True), default=(math.inf, discount))
    value = f"{ppl:.1f}" if math.isfinite(ppl) else "infinite: a word that was never seen has probability 0"
    return plots.picture(
        figure,
        f"n = {n}, D = {discount:.2f}, trained on {words:,} words: the perplexity is {value}. "
        f"Of what was tried, D = {best[1]:.2f} is best for n = {n}, at {best[0]:.1f}.",
    )


def limits(values: list[float]) -> tuple[float, float]:
    """A range of the vertical axis that holds the values, up to five times the least."""
    low = min(values, default=100.0)
    return 0.93 * low, min(5 * low, 1.1 * max(values, default=500.0))


def within(value: float, ends: tuple[float, float]) -> bool:
    """Is the value between both ends?"""
    return ends[0] <= value <= ends[1]


def discount_explorer(
    count_ngrams: Count,
    kneser_ney: Callable[..., Tensor],
    perplexity: Callable[..., tuple[float, float]],
    train: Text,
    validation: Text,
    vocab_size: int,
    tokens: int = 50_000,
    orders: int = 4,
) -> Sliding | plots.Picture:
    """Sliders for the discount and the order; the perplexity of Kneser-Ney on held-out text.

    count_ngrams, kneser_ney, perplexity: the learner's own (see `ngram2bert.ngrams`). train, validation: sentences of
    word numbers, 0 `<s>`, 1 `</s>`; vocab_size: with `<s>`; tokens: training words drawn; orders: n goes from 1 to
    this. Without a live kernel a still picture for n = 2.
    Source: Kneser & Ney 1995.
    """
    if not 1 <= orders <= len(plots.COLOURS):
        raise ValueError(f"orders is {orders}: the picture holds 1 to {len(plots.COLOURS)}")
    if not any(train) or not any(validation):
        raise ValueError("train and validation must hold at least one word each; pass lists of sentences of numbers")
    tried = Tried(count_ngrams, kneser_ney, perplexity, train, validation, vocab_size - 1, tokens)
    order = min(2, orders)
    for step in FIRST:
        tried.ask(order, step)
    wide = {"style": {"description_width": "7em"}, "layout": {"width": "34em"}, "continuous_update": False}
    return slide_or_still(
        lambda n, discount: draw(tried, orders, n, discount),
        n=ipywidgets.IntSlider(value=order, min=1, max=orders, description="order, n", **wide),
        discount=ipywidgets.FloatSlider(
            value=0.5, min=0.0, max=1.0, step=1 / STEPS, description="discount, D", readout_format=".2f", **wide
        ),
    )
