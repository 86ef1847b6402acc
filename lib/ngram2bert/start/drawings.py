"""The pictures that chapter 00 draws more than once, in the look of all figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from .. import plots


def leanings(words: Sequence[str], shares: Tensor, x: str, title: str, middle: float = 0.5) -> plots.Picture:
    """A line from `middle` to the number of each word, the largest on top.

    words: V of them; shares: (V,); x: what the numbers are, with their unit. The alternative text holds all numbers.
    """
    order = shares.argsort().tolist()
    drawn, axes = plots.figure(height=0.8 + 0.27 * len(words))
    for row, i in enumerate(order):
        value = float(shares[i])
        color = plots.COLOURS[1 if value >= middle else 2]
        axes.plot([middle, value], [row, row], color=color, marker="")
        axes.plot(value, row, color=color, marker="o" if value >= middle else "s", markersize=7)
        side = 1 if value >= middle else -1
        axes.annotate(
            f"{value:.2f}",
            (value, row),
            (9 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
        )
    axes.axvline(middle, color=plots.INK, linewidth=0.8)
    axes.margins(x=0.2)
    axes.set_yticks(range(len(words)), [words[i] for i in order])
    axes.grid(False, axis="y")
    plots.label(axes, x, "word", title)
    told = ", ".join(f"{words[i]} {float(shares[i]):.2f}" for i in reversed(order))
    return plots.picture(drawn, f"{title}. {x[:1].upper()}{x[1:]}: {told}.")


def squares(names: Sequence[str], values: Tensor, measure: str, title: str, alt: str) -> plots.Picture:
    """A square table of numbers as shades, with its scale beside it.

    names: N of them, for rows and columns alike; values: (N, N); measure: what the shades mean, with its unit.
    """
    drawn, axes = plots.figure(width=6.6, height=5.4)
    image = axes.imshow(values.numpy(), cmap=plots.SHADES)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    drawn.colorbar(image, ax=axes, shrink=0.8).set_label(measure)
    plots.label(axes, "row of q", "row of p", title)
    return plots.picture(drawn, alt)


def with_spread(axes: Any, x: Sequence[float], runs: Tensor, number: int, label: str) -> None:
    """Series `number`: a line through the means of `runs` (seeds, points), bars from the lowest to the highest seed."""
    mean = runs.mean(0)
    reach = [(mean - runs.amin(0)).tolist(), (runs.amax(0) - mean).tolist()]
    axes.errorbar(x, mean.tolist(), yerr=reach, capsize=3, label=label, **plots.line(number))
