"""Seconds of one processor: an n-gram, done at once; a network, better with every batch; and the two together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from ..training import Point
from .spread import mean_and_sd, plus_minus


@dataclass(frozen=True)
class NeuralRace:
    """ngram, ngram_seconds: the best n-gram's perplexity, and the CPU seconds of its making; curves: for each seed the
    points, with `test` and `mixture` among what was measured; tokens: of one reading of the training text; asked: test
    tokens that all this was measured on."""

    ngram: float
    ngram_seconds: float
    curves: dict[int, list[Point]]
    tokens: int
    asked: int

    def crossing(self, name: str = "test") -> tuple[list[float], list[float]]:
        """(seconds, tokens), one a seed, at which the curve of `test` or `mixture` got below the n-gram, by a line
        between its points on a logarithmic clock; infinity where it did not."""
        found = [reach(curve, name, self.ngram) for curve in self.curves.values()]
        return [seconds for seconds, _ in found], [tokens for _, tokens in found]

    def means(self) -> list[dict[str, tuple[float, float]]]:
        """For each mark mean and deviation, over the seeds that went so far, of `seconds`, `epochs`, `test`, `mixture`,
        `weight`; `seeds` is their number, with a deviation of 0."""
        rows = []
        for mark in sorted({p.epochs for curve in self.curves.values() for p in curve}):
            points = [p for curve in self.curves.values() for p in curve if p.epochs == mark]
            row = {name: mean_and_sd([p.measured[name] for p in points]) for name in ("test", "mixture", "weight")}
            row["seconds"] = mean_and_sd([p.seconds for p in points])
            row["epochs"] = (mark, 0.0)
            row["seeds"] = (len(points), 0.0)
            rows.append(row)
        return rows

    def sentence(self) -> str:
        """Who is ahead when, in words."""
        first, last = self.means()[0], self.means()[-1]
        head = f"The n-gram: {self.ngram:.1f} after {self.ngram_seconds:.1f} s. "
        seconds, tokens = self.crossing()
        share = [count / self.tokens for count in tokens]
        if all(map(math.isfinite, seconds)):
            alone = (
                f"The network alone draws level after {plus_minus(*mean_and_sd(seconds), digits=0)} s and "
                f"{plus_minus(*mean_and_sd(share), digits=2)} readings of the text, and ends at "
                f"{plus_minus(*last['test'])} ({last['seconds'][0]:.0f} s). "
            )
        else:
            some = sum(map(math.isfinite, seconds))
            alone = (
                f"The network alone does not draw level within {last['seconds'][0]:.0f} s and {last['epochs'][0]:.1f} "
                f"readings{f' ({some} of {len(seconds)} seeds do)' if some else ''}: it ends at "
                f"{plus_minus(*last['test'])}. "
            )
        return (
            f"{head}{alone}The mixture of both is at {plus_minus(*first['mixture'])} after {first['seconds'][0]:.0f} "
            f"s, when the network alone is at {plus_minus(*first['test'])}, and ends at {plus_minus(*last['mixture'])}."
        )

    def table(self) -> str:
        """The curves as text."""
        lines = [" CPU s   readings   seeds   network alone   mixture with the n-gram   weight of the network"]
        for row in self.means():
            lines.append(
                f"{row['seconds'][0]:6.0f}{row['epochs'][0]:11.2f}{row['seeds'][0]:8}{plus_minus(*row['test']):>16}"
                f"{plus_minus(*row['mixture']):>26}{row['weight'][0]:24.2f}"
            )
        spread = " ±: standard deviation over the seeds." if len(self.curves) > 1 else ""
        return "\n".join(
            [
                *lines,
                f"The n-gram alone: {self.ngram:.1f} in {self.ngram_seconds:.1f} s. {self.asked:,} tokens.{spread}",
            ]
        )

    def plot(self) -> plots.Picture:
        """Perplexity against CPU seconds."""
        figure, axes = plots.figure(width=6.8, height=3.6)
        rows = self.means()
        xs = [row["seconds"][0] for row in rows]
        axes.axhline(self.ngram, color=plots.INK, linewidth=1, label="best n-gram")
        for number, (name, label) in enumerate((("test", "network alone"), ("mixture", "mixture of both")), start=1):
            means, spreads = [row[name][0] for row in rows], [row[name][1] for row in rows]
            axes.errorbar(
                xs, means, [0.0 if math.isnan(sd) else sd for sd in spreads], label=label, **plots.line(number)
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        ticks = [100, 120, 150, 200, 300, 500]
        axes.set_yticks(ticks, list(map(str, ticks)))
        axes.minorticks_off()
        plots.label(axes, "CPU seconds of training", "test perplexity")
        axes.legend()
        return plots.picture(figure, f"Test perplexity against CPU seconds. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        curves = {str(seed): [asdict(point) for point in curve] for seed, curve in self.curves.items()}
        return {**vars(self), "curves": curves}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> NeuralRace:
        """What `data` returned."""
        curves = {int(seed): [Point(**point) for point in curve] for seed, curve in data["curves"].items()}
        return cls(**{**data, "curves": curves})


def reach(curve: Sequence[Point], name: str, level: float) -> tuple[float, float]:
    """(seconds, tokens) at which the curve first is at `level`; infinity if it never is."""
    before = None
    for point in curve:
        if point.measured[name] <= level:
            if before is None:
                return point.seconds, float(point.tokens)
            top, now = math.log(before.measured[name]), math.log(point.measured[name])
            share = (top - math.log(level)) / (top - now)
            return (
                before.seconds * (point.seconds / before.seconds) ** share,
                before.tokens * (point.tokens / before.tokens) ** share,
            )
        before = point
    return math.inf, math.inf
