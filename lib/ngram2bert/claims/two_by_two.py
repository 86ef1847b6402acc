"""What came out of training and reading a recurrent model in two ways each: tables, sentences, pictures."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .. import plots
from .spread import mean_and_sd, plus_minus

TRAININGS = ("stateful", "stateless")
READINGS = ("carried", "reset")
FOUR = [(training, reading) for training in TRAININGS for reading in READINGS]
BINS = 16  # points of a curve; more positions are put together


@dataclass(frozen=True)
class Cell:
    """One network. nats: mean loss at each position of a chunk, by the reading; memory: root mean square of c before
    each position, by the reading; seconds: CPU time of its training."""

    seed: int
    seconds: float
    nats: dict[str, list[float]]
    memory: dict[str, list[float]]

    def perplexity(self, reading: str) -> float:
        """Over all positions."""
        values = self.nats[reading]
        return math.exp(math.fsum(values) / len(values))


@dataclass(frozen=True)
class TwoByTwo:
    """cells: the networks, one a seed, by chunk length T and training; tokens: of the text that was read; epochs:
    readings of the training text."""

    cells: dict[tuple[int, str], list[Cell]]
    tokens: int
    epochs: float = 2.0

    @property
    def lengths(self) -> list[int]:
        """The chunk lengths that were trained both ways, in order."""
        return sorted({steps for steps, training in self.cells if training == "stateless"})

    def perplexities(self, steps: int, training: str, reading: str) -> list[float]:
        """One a seed."""
        return [cell.perplexity(reading) for cell in self.cells[steps, training]]

    def positions(self, steps: int, training: str, reading: str) -> list[float]:
        """Perplexity at each position, the mean of the seeds' nats."""
        nats = np.array([cell.nats[reading] for cell in self.cells[steps, training]])  # (seeds, T)
        found: list[float] = np.exp(nats.mean(0)).tolist()
        return found

    def memory(self, steps: int, training: str, reading: str) -> list[float]:
        """Root mean square of the memory c before each position, the mean over the seeds."""
        sizes = np.array([cell.memory[reading] for cell in self.cells[steps, training]])
        found: list[float] = sizes.mean(0).tolist()
        return found

    def recovered(self, steps: int, training: str, share: float = 0.02) -> int | None:
        """The first position from which on the reading from zero costs less than `share` more than the carried one, in
        perplexity over the rest of the chunk; None where it never does."""
        cells = self.cells[steps, training]
        gap = np.mean([np.subtract(cell.nats["reset"], cell.nats["carried"]) for cell in cells], 0)  # (T,)
        rest = gap[::-1].cumsum()[::-1] / np.arange(len(gap), 0, -1)
        good = np.flatnonzero(rest < math.log1p(share))
        return int(good[0]) if len(good) else None

    def table(self) -> str:
        """The four figures of each chunk length, as text."""
        lines = ["  T  training     read carried    read from zero    the first word of a chunk, carried / from zero"]
        for steps, training in self.cells:
            carried, reset = (plus_minus(*mean_and_sd(self.perplexities(steps, training, r))) for r in READINGS)
            first = " / ".join(f"{self.positions(steps, training, r)[0]:.0f}" for r in READINGS)
            lines.append(f"{steps:3}  {training:12}{carried:>13}{reset:>18}{first:>29}")
        spread = (
            " ±: standard deviation over the seeds." if any(len(cells) > 1 for cells in self.cells.values()) else ""
        )
        return "\n".join([*lines, f"Perplexity of {self.tokens:,} words of the test text.{spread}"])

    def markdown(self) -> str:
        """The same as Markdown, with the CPU seconds."""
        lines = [
            "| T | training | read carried | read from zero | first word, carried | first word, from zero | CPU s |",
            "|---|---|---|---|---|---|---|",
        ]
        for steps, training in self.cells:
            told = [plus_minus(*mean_and_sd(self.perplexities(steps, training, r))) for r in READINGS]
            told += [f"{self.positions(steps, training, r)[0]:.0f}" for r in READINGS]
            seconds = mean_and_sd([cell.seconds for cell in self.cells[steps, training]])
            lines.append(f"| {steps} | {training} | {' | '.join(told)} | {plus_minus(*seconds, digits=0)} |")
        return "\n".join(lines)

    def order(self, steps: int) -> list[tuple[str, str, float]]:
        """The four cells of a chunk length from the lowest perplexity to the highest: training, reading, mean."""
        four = [(*cell, mean_and_sd(self.perplexities(steps, *cell))[0]) for cell in FOUR]
        return sorted(four, key=lambda row: row[2])

    def holds(self, steps: int) -> bool:
        """Is, for every seed, stateful/carried below stateless/reset, and that below stateful/reset?"""
        three = [self.perplexities(steps, *cell) for cell in (FOUR[0], FOUR[3], FOUR[1])]
        return all(a < b < c for a, b, c in zip(*three, strict=True))

    def sentence(self) -> str:
        """What came out, a sentence a chunk length."""
        told = []
        for steps in self.lengths:
            order = " < ".join(f"{training}/{reading} {mean:.1f}" for training, reading, mean in self.order(steps))
            claim = "holds for every seed" if self.holds(steps) else "does not hold for every seed"
            told.append(f"T = {steps}: {order}; stateful/carried < stateless/reset < stateful/reset {claim}.")
        return " ".join(told)

    def plot(self) -> plots.Picture:
        """By position in the chunk, a column a chunk length, four lines each: perplexity, and below it the same in
        multiples of stateful/carried, which takes out that some positions hold harder words."""
        lengths = self.lengths
        figure, panels = plots.figure(2, len(lengths), width=2.7 * len(lengths) + 1.8, height=5.6, squeeze=False)
        for column, steps in enumerate(lengths):
            upper, lower = panels[0][column], panels[1][column]
            best = np.array(self.positions(steps, *FOUR[0]))
            for number, (training, reading) in enumerate(FOUR):
                values = np.array(self.positions(steps, training, reading))
                name = f"{training}, {reading}"
                upper.plot(*_binned(values.tolist()), label=name, **plots.line(number))
                lower.plot(*_binned((values / best).tolist()), **plots.line(number))
            upper.set_yscale("log")
            upper.set_yticks(ticks := [60, 80, 100, 120, 150, 200], list(map(str, ticks)))
            upper.minorticks_off()
            plots.label(upper, "position in the chunk, from 0", "test perplexity", f"T = {steps}")
            plots.label(lower, "position in the chunk, from 0", "in multiples of stateful, carried")
        panels[0][-1].legend(fontsize=8)
        return plots.picture(figure, f"Perplexity by position in the chunk, by training and reading. {self.sentence()}")

    def plot_memory(self, steps: int | None = None) -> plots.Picture:
        """The reason: how large the memory is before each position, and what a network met in its training."""
        steps = steps or self.lengths[-1]
        figure, axes = plots.figure(width=6.4, height=3.2)
        for number, (training, reading) in enumerate(FOUR):
            sizes = self.memory(steps, training, reading)
            style = plots.line(number) | {"marker": plots.MARKS[number], "markevery": max(1, steps // 8)}
            axes.plot(range(steps), sizes, label=f"{training}, {reading}", **style)
        axes.set_ylim(bottom=0)
        plots.label(axes, "position in the chunk, from 0", "root mean square of c", f"T = {steps}")
        axes.legend(fontsize=8)
        end = self.memory(steps, "stateful", "carried")
        return plots.picture(
            figure,
            f"Size of the memory before each position, T = {steps}. Trained stateful and read carried it lies between "
            f"{min(end):.2f} and {max(end):.2f} everywhere: this network met a memory of 0 at the beginning of a "
            f"reading alone. Read from zero it "
            f"has {self.memory(steps, 'stateful', 'reset')[min(8, steps - 1)]:.2f} at position {min(8, steps - 1)}.",
        )

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        cells = [
            {"steps": steps, "training": training, "networks": [asdict(cell) for cell in cells]}
            for (steps, training), cells in self.cells.items()
        ]
        return {"cells": cells, "tokens": self.tokens, "epochs": self.epochs}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> TwoByTwo:
        """What `data` returned."""
        cells = {(row["steps"], row["training"]): [Cell(**cell) for cell in row["networks"]] for row in data["cells"]}
        return cls(cells, data["tokens"], data["epochs"])


def _binned(values: list[float]) -> tuple[list[float], list[float]]:
    """Positions and values, the first eight one by one and then at most `BINS` points."""
    if len(values) <= BINS:
        return [float(i) for i in range(len(values))], values
    edges = sorted({*range(8), *(int(x) for x in np.geomspace(8, len(values), BINS - 7)), len(values)})
    pairs = list(itertools.pairwise(edges))
    return [(a + b - 1) / 2 for a, b in pairs], [math.exp(float(np.log(values[a:b]).mean())) for a, b in pairs]
