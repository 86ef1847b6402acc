"""A race on the clock: counted models, done at once, and trained ones, which get better with time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from .character_gru import Point
from .spread import mean_and_sd, plus_minus


@dataclass(frozen=True)
class KneserNey:
    """One order: CPU seconds to estimate it, bits on the test words."""

    order: int
    seconds: float
    bits: float


@dataclass(frozen=True)
class Crossing:
    """When the trained model drew level, a figure a seed; those that did not have infinity."""

    seconds: tuple[float, ...]
    tokens: tuple[float, ...]

    @property
    def reached(self) -> bool:
        """By every seed?"""
        return all(map(math.isfinite, self.seconds))


@dataclass(frozen=True)
class Race:
    """counted: by order; trained: for each seed the curve; tokens: of the training text, ends of words included; words:
    that it was measured on; settings: of the GRU."""

    counted: Sequence[KneserNey]
    trained: dict[int, list[Point]]
    tokens: int
    words: int
    settings: dict[str, float]

    def order(self, order: int) -> KneserNey:
        """Raises KeyError with the orders that there are."""
        for model in self.counted:
            if model.order == order:
                return model
        raise KeyError(f"no order {order}: there are {[model.order for model in self.counted]}")

    @property
    def best(self) -> KneserNey:
        """The order with the fewest bits."""
        return min(self.counted, key=lambda model: model.bits)

    @property
    def budget(self) -> float:
        """Seconds that every GRU had."""
        return min(curve[-1].seconds for curve in self.trained.values())

    def crossing(self, order: int) -> Crossing:
        """When each GRU got below Kneser-Ney of this order, by a line between its points on a logarithmic clock."""
        level = self.order(order).bits
        found = [_reach(curve, level) for curve in self.trained.values()]
        return Crossing(tuple(seconds for seconds, _ in found), tuple(tokens for _, tokens in found))

    def sentence(self, order: int | None = None) -> str:
        """The crossing point in words; of order 6, or of the best where 6 was not run."""
        if order is None:
            order = 6 if any(model.order == 6 for model in self.counted) else self.best.order
        model, crossing = self.order(order), self.crossing(order)
        head = f"Kneser–Ney n = {order}: {model.bits:.3f} bits a letter after {model.seconds:.2f} s of CPU time. "
        ends = [curve[-1].bits for curve in self.trained.values()]
        if not crossing.reached:
            some = sum(map(math.isfinite, crossing.seconds))
            part = f" ({some} of {len(ends)} seeds do)" if some else ""
            return (
                f"{head}The GRU does not overtake it within {self.budget:.0f} s{part}: there it is at "
                f"{plus_minus(*mean_and_sd(ends), digits=3)}."
            )
        seconds, tokens = mean_and_sd(crossing.seconds), mean_and_sd([count / 1e6 for count in crossing.tokens])
        return (
            f"{head}The GRU overtakes it after {plus_minus(*seconds, digits=0)} s, having read "
            f"{plus_minus(*tokens)} million letters ({tokens[0] * 1e6 / self.tokens:.0f} times the training words, "
            f"which Kneser–Ney reads once); after {self.budget:.0f} s it is at "
            f"{plus_minus(*mean_and_sd(ends), digits=3)}."
        )

    def crossings(self) -> str:
        """For each order when the GRU overtakes it, in a sentence."""
        said = []
        for model in self.counted:
            crossing = self.crossing(model.order)
            when = f"after {plus_minus(*mean_and_sd(crossing.seconds), digits=0)} s" if crossing.reached else "not"
            said.append(f"n = {model.order} {when}")
        return f"Within {self.budget:.0f} s of CPU time the GRU overtakes Kneser–Ney of {', '.join(said)}."

    def table(self) -> str:
        """Both curves as text."""
        lines = ["                    CPU s    million letters    bits a letter"]
        for model in self.counted:
            lines.append(
                f"Kneser–Ney n = {model.order}{model.seconds:10.2f}{self.tokens / 1e6:19.2f}{model.bits:17.3f}"
            )
        for seconds, tokens, mean, sd in self.means():
            lines.append(f"GRU{seconds:21.1f}{tokens / 1e6:19.2f}{plus_minus(mean, sd, 3):>17}")
        seeds = f"±: standard deviation over {len(self.trained)} seeds. " if len(self.trained) > 1 else ""
        return "\n".join([*lines, f"{seeds}{self.words:,} test words."])

    def means(self) -> list[tuple[float, float, float, float]]:
        """(seconds, tokens, mean bits, their deviation) at the points that all seeds have."""
        rows = []
        for points in zip(*self.trained.values(), strict=False):
            bits = mean_and_sd([point.bits for point in points])
            rows.append((points[0].seconds, mean_and_sd([float(point.tokens) for point in points])[0], *bits))
        return rows

    def plot(self) -> plots.Picture:
        """Bits against CPU seconds and against letters read."""
        figure, (left, right) = plots.figure(columns=2, width=8.4, height=3.3, sharey=True)
        rows = self.means()
        for axes, column, unit in ((left, 0, "CPU seconds"), (right, 1, "letters read")):
            xs, means, spreads = [row[column] for row in rows], [row[2] for row in rows], [row[3] for row in rows]
            look = plots.line(1) | {"linestyle": "-"}
            if len(self.trained) > 1:
                axes.errorbar(xs, means, spreads, capsize=2, label=f"GRU, {len(self.trained)} seeds", **look)
            else:
                axes.plot(xs, means, label="GRU", **look)
            axes.axhline(self.best.bits, color=plots.FAINT, linewidth=1)
            axes.set_xscale("log")
            plots.label(axes, unit, "bits a letter")
        counted = [model for model in self.counted if model.order >= 3] or list(self.counted)  # 2 is off the picture
        name = f"Kneser–Ney, n = {counted[0].order} to {counted[-1].order}"
        bits = [model.bits for model in counted]
        look = plots.line(0) | {"linestyle": ":"}
        left.plot([model.seconds for model in counted], bits, **look, label=name)
        right.plot([self.tokens] * len(counted), bits, **look, label=name)
        left.legend()
        return plots.picture(figure, self.alt())

    def alt(self) -> str:
        """The picture in words."""
        return (
            f"Bits a letter against CPU seconds and against letters read. Kneser–Ney reaches {self.best.bits:.2f} bits "
            f"(n = {self.best.order}) in {self.best.seconds:.1f} s and one reading; {self.sentence()}"
        )

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return {
            "kneser_ney": [asdict(model) for model in self.counted],
            "gru": {str(seed): [asdict(point) for point in curve] for seed, curve in self.trained.items()},
            "training_tokens": self.tokens,
            "test_words": self.words,
            "settings": self.settings,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Race:
        """What `data` returned."""
        counted = [KneserNey(**model) for model in data["kneser_ney"]]
        trained = {int(seed): [Point(**point) for point in curve] for seed, curve in data["gru"].items()}
        return cls(counted, trained, data["training_tokens"], data["test_words"], data["settings"])


def _reach(curve: Sequence[Point], level: float) -> tuple[float, float]:
    """(seconds, tokens) at which the curve first is at `level`; infinity if it never is."""
    before = None
    for point in curve:
        if point.bits <= level:
            if before is None:
                return point.seconds, float(point.tokens)
            share = (before.bits - level) / (before.bits - point.bits)
            return (
                before.seconds * (point.seconds / before.seconds) ** share,
                before.tokens * (point.tokens / before.tokens) ** share,
            )
        before = point
    return math.inf, math.inf
