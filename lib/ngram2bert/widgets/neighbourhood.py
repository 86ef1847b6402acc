"""Chapter 04: a word's neighbourhood under several methods, side by side.

Bars say which words are nearest under each method; a map shows how one method arranges them among themselves; a line
answers an analogy with the learner's own function.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import torch
from matplotlib import rc_context
from matplotlib.axes import Axes
from torch import Tensor

from .. import plots
from ..neural import nearest
from .frame import Sliding, slide_or_still

Analogy = Callable[[Tensor, int, int, int], int]
MAPPED = 16  # words on the map, beside the word itself
LETTER, LINE = 0.075, 0.155  # width of a letter and height of a line of a label, in inches


@dataclass
class Neighbourhood:
    """tables: a table of vectors (V, m) a method, over the same V words; m may differ."""

    tables: Mapping[str, Tensor]
    words: Sequence[str]
    analogy: Analogy
    count: int

    def __post_init__(self) -> None:
        self.index = {word: i for i, word in enumerate(self.words)}

    def near(self, method: str, word: str, count: int) -> list[tuple[str, float]]:
        """The nearest words and their cosines, best first."""
        return [(self.words[i], cosine) for i, cosine in nearest(self.tables[method], self.index[word], count)]

    def answers(self, question: str) -> str:
        """The analogy in words, one answer a method; or what is wrong with the question."""
        asked = question.split()
        unknown = [word for word in asked if word not in self.index]
        if len(asked) != 3 or unknown:
            return "An analogy is asked with three known words: a, b, c for 'a is to b as c is to ...'."
        a, b, c = (self.index[word] for word in asked)
        said = (f"{self.words[int(self.analogy(t.detach(), a, b, c))]} ({name})" for name, t in self.tables.items())
        return f"{asked[0]} is to {asked[1]} as {asked[2]} is to {', '.join(said)}."


def flat(vectors: Tensor) -> Tensor:
    """(N, m) to (N, 2): the plane in which unit vectors spread most (principal components); each axis to +-1.

    The sign of an axis, which is free, is chosen so that the first word stands at its positive end.
    """
    unit = torch.nn.functional.normalize(vectors.double(), dim=1)  # (N, m)
    centred = unit - unit.mean(0)
    U, S, _ = torch.linalg.svd(centred, full_matrices=False)
    places = torch.zeros(len(vectors), 2, dtype=torch.float64)
    kept = min(2, len(S))
    places[:, :kept] = U[:, :kept] * S[:kept]  # (N, 2)
    places = places * torch.where(places[0] < 0, -1.0, 1.0)
    return places / places.abs().amax(0).clamp(min=1e-12)


def spread(places: Sequence[tuple[float, float]], names: Sequence[str], letter: float, line: float) -> list[float]:
    """Heights for labels that begin beside these places, moved as little as keeps marks and other labels uncovered.

    letter, line: the width of a letter and the height of a line in the places' units.
    """
    taken = [(x - letter / 2, x + letter / 2, y, 0.7 * line) for x, y in places]  # the marks: left, right, height, room
    heights = [y for _, y in places]
    for i in sorted(range(len(places)), key=lambda i: places[i][1]):
        left, height = places[i][0] + letter, places[i][1]
        right = left + letter * len(names[i])
        near = [(at, room) for low, high, at, room in taken if left < high and low < right]
        steps = (line / 4 * way * step for step in range(4 * len(places)) for way in (1, -1))
        free = (height + step for step in steps if all(abs(height + step - at) >= room for at, room in near))
        heights[i] = next(free, height)
        taken.append((left, right, heights[i], line))
    return heights


def name_points(axes: Axes, places: Sequence[tuple[float, float]], names: Sequence[str]) -> None:
    """Writes names beside points that are drawn already; a thin line leads to a name that had to move.

    The axes keep their limits and must have their final ones.
    """
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    drawn, box = axes.get_figure(root=True), axes.get_position()
    letter = LETTER * (right - left) / (box.width * drawn.get_figwidth())  # type: ignore[union-attr]
    line = LINE * (high - low) / (box.height * drawn.get_figheight())  # type: ignore[union-attr]
    for place, name, height in zip(places, names, spread(places, names, letter, line), strict=True):
        style = {"arrowstyle": "-", "color": plots.FAINT, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
        axes.annotate(name, place, (place[0] + letter, height), va="center", fontsize=9, arrowprops=style)
    axes.set(xlim=(left, right), ylim=(low, high))


def draw_map(axes: Axes, hood: Neighbourhood, word: str, method: str) -> None:
    """A word and its neighbours under one method; hollow marks are those that the other methods do not have there."""
    others = [{w for w, _ in hood.near(name, word, MAPPED)} for name in hood.tables if name != method]
    names = [word, *(w for w, _ in hood.near(method, word, MAPPED))]
    places = flat(hood.tables[method].detach()[[hood.index[w] for w in names]])
    at = [(float(x), float(y)) for x, y in places]
    for i, name in enumerate(names):
        shared = not others or any(name in near for near in others)
        colour = plots.COLOURS[2] if i == 0 else plots.COLOURS[1]
        axes.plot(*at[i], "o", color=colour, markerfacecolor=colour if shared or i == 0 else "white", markersize=6)
    axes.set(xlim=(-1.15, 1.5), ylim=(-1.2, 1.35))
    name_points(axes, at, names)
    title = f"Map of the {len(names) - 1} nearest, {method}" + (" (hollow: not so near elsewhere)" if others else "")
    plots.label(axes, "first principal direction", "second", title)


def draw(hood: Neighbourhood, word: str, method: str, question: str) -> plots.Picture:
    """Bars for every method, a map of one, and the analogy in the words below."""
    word = word.strip()
    if word not in hood.index:
        similar = difflib.get_close_matches(word, hood.words, 3)
        return _nothing(f"{word!r} is not among the {len(hood.words):,} words. Spelled alike: {', '.join(similar)}.")
    columns = len(hood.tables)
    figure, axes = plots.figure(
        2, columns, width=2.8 * columns + 1.6, height=5.9, height_ratios=(1, 1.35), squeeze=False
    )
    told = []
    for panel, name in zip(axes[0], hood.tables, strict=True):
        found = hood.near(name, word, hood.count)
        panel.barh(range(len(found)), [cosine for _, cosine in found], color=plots.COLOURS[1])
        panel.set_yticks(range(len(found)), [near for near, _ in found])
        panel.invert_yaxis()
        panel.set_xlim(0, 1)
        plots.label(panel, "cosine", "nearest words", f"{word!r}, {name}")
        told.append(f"{name}: {', '.join(f'{near} {cosine:.2f}' for near, cosine in found)}")
    grid = axes[1, 0].get_gridspec()
    for panel in axes[1]:
        panel.remove()
    with rc_context(plots.LOOK):
        draw_map(figure.add_subplot(grid[1, :]), hood, word, method)
    return plots.picture(figure, f"Nearest to {word!r}. {'; '.join(told)}. {hood.answers(question)}")


def _nothing(says: str) -> plots.Picture:
    figure, axes = plots.figure(height=0.5)
    axes.axis("off")
    return plots.picture(figure, says)


def neighbourhood_explorer(
    tables: Mapping[str, Tensor],
    words: Sequence[str],
    analogy: Analogy,
    choices: Sequence[str],
    question: str = "man king woman",
    count: int = 8,
) -> Sliding | plots.Picture:
    """A box for a word, a choice of method for the map, a box for an analogy.

    tables: a table (V, m) for each method, by its name, rows in the order of `words`; m may differ. words: V of them.
    analogy: the learner's own, from a table and three word numbers to a word number. choices: words suggested, of which
    those that `words` has not are left out; any other word may be typed. question: three words, a b c. count: bars a
    method. Without a live kernel a still picture of the first choice. Raises ValueError where a table does not fit
    `words`, and where there is no table or no known choice. Source: Levy, Goldberg & Dagan 2015 for the comparison.
    """
    for name, table in tables.items():
        if table.ndim != 2 or len(table) != len(words):
            raise ValueError(f"table {name!r} has shape {tuple(table.shape)}; wanted ({len(words)}, m): a row a word")
    hood = Neighbourhood(tables, words, analogy, count)
    known = [word for word in choices if word in hood.index]
    if not tables or not known:
        raise ValueError(f"{len(tables)} tables, {len(known)} of {len(choices)} choices known: give one of each")
    wide: dict[str, Any] = {"style": {"description_width": "9em"}, "layout": {"width": "34em"}}
    return slide_or_still(
        lambda word, method, question: draw(hood, word, method, question),
        word=ipywidgets.Combobox(
            value=known[0], options=known, description="word", continuous_update=False, ensure_option=False, **wide
        ),
        method=ipywidgets.ToggleButtons(value=next(iter(tables)), options=list(tables), description="map of"),
        question=ipywidgets.Text(value=question, description="a b c", continuous_update=False, **wide),
    )
