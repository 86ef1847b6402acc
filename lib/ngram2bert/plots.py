"""One look for all figures: readable in grey, labelled axes, and words for those who cannot see them.

    figure, axes = plots.figure(columns=2)
    axes[0].plot(x, y, **plots.line(0), label="trigrams")
    plots.label(axes[0], "training words", "perplexity")
    plots.show(figure, "Perplexity falls from 210 to 150 as the training text grows.")

Figures are made without pyplot: nothing is left open, and importing this takes a third of the time.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, FAINT = "#1a1a1a", "#b3b3b3"
# Four series that differ in lightness, dashes and marks; a figure with more wants small multiples.
COLOURS = ("#1a1a1a", "#1c6399", "#d9692b", "#a9c77c")
DASHES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^", "D")
SHADES = "cividis"  # for matrices: even in lightness, the same to the colour-blind
LOOK: Any = {  # settings of matplotlib
    "axes.axisbelow": True,  # the grid lies under the bars
    "axes.edgecolor": "#666666",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10.5,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib: the same picture on every machine
    "font.size": 9.5,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.7,
    "image.cmap": SHADES,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 4,
    "xtick.color": "#444444",
    "ytick.color": "#444444",
}
DPI, SCALE = 110, 1.6  # pixels of the page an inch, and of the image for each of them


@dataclass(frozen=True)
class Picture:
    """A drawn figure and what it shows in words: a notebook shows it with the words as its alternative text."""

    png: bytes
    alt: str
    width: int  # in CSS pixels

    def html(self) -> str:
        """An image element that needs no file."""
        data = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{escape(self.alt)}" width="{self.width}" style="max-width: 100%" '
            f'src="data:image/png;base64,{data}">'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        png = base64.b64encode(self.png).decode()
        data = {"text/html": self.html(), "image/png": png, "text/plain": self.alt}
        return data, {"image/png": {"width": self.width, "alt": self.alt}}


def figure(
    rows: int = 1, columns: int = 1, *, width: float = 6.4, height: float = 3.2, **more: Any
) -> tuple[Figure, Any]:
    """A figure in the course's look, and its axes as `Figure.subplots` gives them.

    width, height: in inches, of the whole figure. more: passed to `Figure.subplots` (sharex, gridspec_kw, ...).
    """
    with rc_context(LOOK):
        made = Figure(figsize=(width, height))
        return made, made.subplots(rows, columns, **more)


def line(number: int) -> dict[str, Any]:
    """Colour, dashes and mark of one of four series: `axes.plot(x, y, **line(0))`. Raises ValueError for a fifth."""
    if not 0 <= number < len(COLOURS):
        raise ValueError(
            f"series {number}: a figure holds {len(COLOURS)} series (0 to 3); draw small multiples instead"
        )
    return {"color": COLOURS[number], "linestyle": DASHES[number], "marker": MARKS[number]}


def label(axes: Axes, x: str, y: str, title: str = "") -> None:
    """Name both axes, with units, and perhaps the whole."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title, loc="left")


def picture(drawn: Figure, alt: str) -> Picture:
    """Draw a figure. Raises ValueError where an axis has no label or `alt` says nothing."""
    if not alt.strip():
        raise ValueError("alt is empty; say in a sentence or two what the figure shows")
    for number, axes in enumerate(drawn.axes):
        if axes.axison and not (axes.get_xlabel() and axes.get_ylabel()) and axes.get_label() != "<colorbar>":
            raise ValueError(f"axes {number} of the figure have no label on x or y; name both with plots.label")
    file = io.BytesIO()
    with rc_context(LOOK):
        drawn.savefig(file, format="png", dpi=DPI * SCALE, metadata={"Software": None})
    return Picture(file.getvalue(), " ".join(alt.split()), round(drawn.get_figwidth() * DPI))


def show(drawn: Figure, alt: str) -> None:
    """Show a figure in the notebook; `alt` is read out where it cannot be seen."""
    from IPython.display import display

    display(picture(drawn, alt))


def use() -> None:
    """Give figures of `matplotlib.pyplot` the same look from now on."""
    import matplotlib

    matplotlib.rcParams.update(LOOK)
