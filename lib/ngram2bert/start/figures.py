"""One look for the plots of chapter 00: labelled axes, readable in grey, a text in place of each picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor

DARK, MIDDLE, LIGHT = "#1b3a57", "#c8672b", "#9aa5b1"  # far apart in grey as well
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "font.size": 10,
    "grid.alpha": 0.3,
    "legend.frameon": False,
}
DOTS = 100  # an inch, on the page; twice as many in the file


@contextmanager
def figure(title: str, x: str, y: str, alt: str, size: tuple[float, float] = (6.4, 3.2)) -> Iterator[Any]:
    """Draw on the axes it gives; the picture is shown at the end of the block.

    x, y: what the axes measure, with units; alt: what a reader who cannot see the picture should know; size: inches.
    """
    import matplotlib.pyplot as plt

    with plt.rc_context(STYLE):
        drawn, axes = plt.subplots(figsize=size, layout="constrained")
        try:
            axes.set(title=title, xlabel=x, ylabel=y)
            yield axes
            _show(drawn, alt)
        finally:
            plt.close(drawn)


def _show(drawn: Any, alt: str) -> None:
    from IPython.display import display

    file = io.BytesIO()
    drawn.savefig(file, format="png", dpi=2 * DOTS, metadata={"Software": None})
    width, height = (round(inches * DOTS) for inches in drawn.get_size_inches())
    picture = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": f"[Picture: {alt}]"}
    display(picture, metadata={"image/png": {"width": width, "height": height, "alt": alt}}, raw=True)  # type: ignore[no-untyped-call]


def shares(words: Sequence[str], values: Tensor, title: str, alt: str) -> None:
    """A line from one half to the share of each word, the largest on top."""
    ordered = values.argsort().tolist()
    size = (6.4, 0.6 + 0.26 * len(words))
    with figure(title, "share of positive reviews among those that hold the word", "", alt, size) as axes:
        for row, i in enumerate(ordered):
            value = float(values[i])
            axes.plot([0.5, value], [row, row], color=LIGHT, zorder=1)
            axes.plot(value, row, "o", color=DARK if value >= 0.5 else MIDDLE, zorder=2)
            left = value < 0.5
            axes.annotate(f"{value:.2f}", (value, row), (-8 if left else 8, 0), textcoords="offset points",
                          ha="right" if left else "left", va="center", fontsize=9)
        axes.set_yticks(range(len(words)), [words[i] for i in ordered])
        axes.axvline(0.5, color="black", linewidth=0.8)
        axes.set_xlim(0, 1)


def squares(names: Sequence[str], values: Tensor, title: str, measure: str, alt: str) -> None:
    """A square table of numbers as shades: dark is near 0."""
    with figure(title, "", "", alt, (6.6, 5.6)) as axes:
        image = axes.imshow(values, cmap="cividis")
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.figure.colorbar(image, ax=axes, label=measure, shrink=0.8)
        axes.spines[:].set_visible(False)


def with_spread(axes: Any, x: Sequence[float], runs: Tensor, label: str, color: str, marker: str) -> None:
    """A line through the means of `runs` (seeds, points), a bar from the lowest to the highest seed at each point."""
    mean = runs.mean(0)
    reach = [mean - runs.min(0).values, runs.max(0).values - mean]
    axes.errorbar(x, mean, yerr=reach, label=label, color=color, marker=marker, capsize=3)
