"""Chapter 06: the gates and the cell of one unit of an LSTM along a text.

Every number is the learner's. `lstm_step` returns h and c, not its gates; so the widget asks it with states and biases
of its own choice, from which each gate can be read off.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import ipywidgets
import torch
from torch import Tensor

from .. import plots
from .frame import Sliding, slide_or_still

Params = Mapping[str, Tensor]
Step = Callable[[Params, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
GATES = ("forget", "input", "output")
WIDE_OPEN = 50.0  # a bias and a cell for which sigmoid and tanh are 1 in float32
LONGEST = 40  # words of a text that fit a picture
FIGURES = 24  # with more words the cells of the picture hold no figures
PIECES = re.compile(r"</?s>|UNK_|\w+(?:['’.-]\w+)*|``|''|--|\S")
STOPS = frozenset(".!?")


@dataclass(frozen=True)
class Reading:
    """What a layer did at each of T words: forget, input, output, cell, hidden, each (T, h)."""

    forget: Tensor
    input: Tensor
    output: Tensor
    cell: Tensor
    hidden: Tensor

    @property
    def half_lives(self) -> Tensor:
        """(h,) words after which half of what a cell held is left, at the mean logarithm of its forget gate."""
        return math.log(0.5) / self.forget.clamp(1e-6, 1 - 1e-6).log().mean(0)


def tokens(text: str, known: Container[str]) -> list[str]:
    """The text in the model's words: punctuation apart, `</s>` between sentences, `UNK_` for what is not known."""
    found: list[str] = []
    for piece in PIECES.findall(text):
        if found and found[-1] in STOPS:
            found.append("</s>")
        found.append(piece if piece in known else "UNK_")
    return found[:LONGEST]


def read(lstm_step: Step, layers: Sequence[Params], xs: Tensor) -> list[Reading]:
    """What each layer does along the vectors xs (T, m), from a state of zeros; the lowest layer first."""
    readings: list[Reading] = []
    for params in layers:
        readings.append(_layer(lstm_step, params, readings[-1].hidden if readings else xs))
    return readings


@torch.no_grad()
def _layer(lstm_step: Step, params: Params, xs: Tensor) -> Reading:
    """The learner's step along the text, and four questions to it at each word that bring the gates to light.

    c' = f c + i g, h' = o tanh(c'). With g held at 1 and c = 0, c' is i. The difference that 1 in c makes to c' is f.
    With f held at 1 and a large c, tanh(c') is 1 and h' is o.
    """
    width = params["W_h"].shape[1]
    candidate, keeping = _held(params, 2), _held(params, 1)
    h = torch.zeros(1, width, dtype=xs.dtype)  # (1, h)
    c, one = torch.zeros_like(h), torch.ones_like(h)
    rows: list[list[Tensor]] = []
    for x in xs.split(1):  # (1, m)
        nothing, something = (lstm_step(params, x, h, start)[1] for start in (0 * one, one))
        opened = lstm_step(candidate, x, h, 0 * one)[1]
        let_out = lstm_step(keeping, x, h, WIDE_OPEN * one)[0]
        h, c = lstm_step(params, x, h, c)
        rows.append([something - nothing, opened, let_out, c, h])
    return Reading(*(torch.cat(column).detach().float() for column in zip(*rows, strict=True)))


def _held(params: Params, block: int) -> dict[str, Tensor]:
    """The parameters with one of the blocks i, f, g, o held at 1, whatever comes in."""
    changed = {name: value.detach().clone() for name, value in params.items()}
    rows = slice(*(k * (changed["b"].shape[0] // 4) for k in (block, block + 1)))
    changed["W_x"][rows], changed["W_h"][rows], changed["b"][rows] = 0.0, 0.0, WIDE_OPEN
    return changed


class Watched:
    """A model and the texts it was asked to read, each read once."""

    def __init__(self, lstm_step: Step, layers: Sequence[Params], vectors: Tensor, words: Sequence[str]) -> None:
        self.lstm_step, self.layers, self.vectors = lstm_step, layers, vectors
        self.number = {word: i for i, word in enumerate(words)}
        self.readings = cache(self._readings)

    def _readings(self, text: str) -> tuple[list[str], list[Reading]]:
        named = tokens(text, self.number)
        rows = torch.tensor([self.number[word] for word in named], dtype=torch.int64)
        return named, read(self.lstm_step, self.layers, self.vectors[rows].detach())

    def slowest_first(self, text: str, layer: int) -> list[int]:
        """The units of a layer by how long they hold what they have, on this text."""
        order: list[int] = self.readings(text)[1][layer].half_lives.argsort(descending=True, stable=True).tolist()
        return order


def draw(watched: Watched, text: str, typed: str, unit: int, layer: int = 0) -> plots.Picture:
    """Three rows of gates over the words, and the cell with what is let out of it below. A typed text comes first."""
    named, readings = watched.readings(typed if tokens(typed, watched.number) else text)
    reading, T = readings[layer], len(named)
    gates = torch.stack([getattr(reading, name)[:, unit] for name in GATES])  # (3, T)
    figure, (top, below) = plots.figure(
        rows=2, width=max(6.4, 0.36 * T + 1.8), height=4.4, sharex=True, gridspec_kw={"height_ratios": [3, 4]}
    )
    image = top.imshow(gates.numpy(), aspect="auto", vmin=0, vmax=1, cmap=plots.SHADES)
    top.set_yticks(range(3), GATES)
    top.grid(False)
    if T <= FIGURES:
        for (row, t), value in zip(((r, t) for r in range(3) for t in range(T)), gates.flatten().tolist(), strict=True):
            ink = "white" if value < 0.55 else plots.INK
            top.text(t, row, f"{value:.2f}".lstrip("0"), ha="center", va="center", fontsize=7.5, color=ink)
    figure.colorbar(image, label="open", ax=top)
    cell, hidden = reading.cell[:, unit].tolist(), reading.hidden[:, unit].tolist()
    below.plot(range(T), cell, **plots.line(0), label="cell c")
    below.plot(range(T), hidden, **plots.line(2), label="let out, h")
    below.set_xticks(range(T), named, rotation=60, ha="right", rotation_mode="anchor")
    below.legend()
    where = f"unit {unit}" + (f" of layer {layer + 1}" if len(readings) > 1 else "")
    plots.label(top, "", "gate", f"The gates of {where}")
    top.set_xlabel(" ")
    plots.label(below, "word", "value")
    return plots.picture(figure, says(named, reading, unit, where))


def says(named: Sequence[str], reading: Reading, unit: int, where: str) -> str:
    """How long the unit holds, and where its cell moved most."""
    cell, forget = reading.cell[:, unit], reading.forget[:, unit]
    before = torch.cat([cell.new_zeros(1), cell[:-1]])  # (T,)
    at = int((cell - before).abs().argmax())
    opened = float(reading.input[at, unit])
    return (
        f"{where[0].upper() + where[1:]} over {len(named)} words. Its forget gate is {float(forget.mean()):.2f} on "
        f"average: half of what it holds is left after {float(reading.half_lives[unit]):.1f} words. Its cell moves "
        f"most at word {at + 1}, {named[at]!r}: from {float(before[at]):.2f} to {float(cell[at]):.2f}, with "
        f"forget {float(forget[at]):.2f} and input {opened:.2f}."
    )


def gate_explorer(
    lstm_step: Step,
    layers: Sequence[Params],
    vectors: Tensor,
    words: Sequence[str],
    texts: Sequence[str],
) -> Sliding | plots.Picture:
    """A text to choose or to type, a unit, and its three gates and its cell along the text.

    lstm_step: the learner's own (see `ngram2bert.lstm.lstm_step`). layers: for each layer of the model W_x (4h, m),
    W_h (4h, h), b (4h,), the lowest first; with more than one there is a slider for the layer. vectors: (V, m), a row a
    word; words: the V words, `UNK_` among them; texts: those in the menu. Units are sorted by how long they hold what
    they have on the first text, the slowest first. Without a live kernel a still picture of that one.
    Raises ValueError where there is no text, no layer, or the sizes do not fit.
    Source: Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000 for the forget gate.
    """
    if not layers or not any(text.strip() for text in texts[:1]):
        raise ValueError(f"{len(layers)} layers, {len(texts)} texts: give at least one of each, the first not empty")
    if len(vectors) != len(words) or vectors.shape[1] != layers[0]["W_x"].shape[1]:
        wanted = (len(words), layers[0]["W_x"].shape[1])
        raise ValueError(f"vectors has shape {tuple(vectors.shape)}, but {wanted} is wanted: a row a word")
    watched = Watched(lstm_step, layers, vectors, words)
    wide = {"style": {"description_width": "9em"}, "layout": {"width": "44em"}}
    menu = [(text if len(text) <= 70 else text[:69] + "…", text) for text in texts]
    units = [(f"unit {unit}", unit) for unit in watched.slowest_first(texts[0], 0)]
    choices: dict[str, ipywidgets.Widget] = {
        "text": ipywidgets.Dropdown(options=menu, value=texts[0], description="text", **wide),
        "typed": ipywidgets.Text(
            value="", placeholder="or type your own, then Enter", description="", continuous_update=False, **wide
        ),
        "unit": ipywidgets.SelectionSlider(
            options=units, value=units[0][1], description="slow to fast", continuous_update=False, **wide
        ),
    }
    if len(layers) > 1:
        choices["layer"] = ipywidgets.IntSlider(
            value=0, min=0, max=len(layers) - 1, description="layer below", continuous_update=False, **wide
        )
    return slide_or_still(lambda **chosen: draw(watched, **chosen), **choices)
