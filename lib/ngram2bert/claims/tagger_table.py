"""What a comparison of taggers found: accuracies, and differences with an interval, from the same test documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import plots

DRAWS = 2000


@dataclass(frozen=True)
class Tagged:
    """One tagger on the test text. known, unknown: right tags in each document; train, tag: CPU seconds."""

    name: str
    known: list[int]
    unknown: list[int]
    train: float
    tag: float


@dataclass(frozen=True)
class TaggerTable:
    """known, unknown: tokens of each test document whose word the training text held, or did not."""

    known: list[int]
    unknown: list[int]
    rows: list[Tagged]

    @property
    def tokens(self) -> int:
        """Of the test text."""
        return sum(self.known) + sum(self.unknown)

    def row(self, name: str) -> Tagged:
        """One tagger. Raises KeyError with what there is."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no tagger {name!r}: there are {[row.name for row in self.rows]}")

    def accuracy(self, name: str) -> tuple[float, float, float]:
        """Of all tokens, of the known, of the unknown, in per cent."""
        row = self.row(name)
        known, unknown = sum(row.known), sum(row.unknown)
        return (
            100 * (known + unknown) / self.tokens,
            100 * known / sum(self.known),
            100 * unknown / max(1, sum(self.unknown)),
        )

    def gain(self, name: str, other: str, seed: int = 1) -> tuple[float, float, float]:
        """By how many points of accuracy `name` is above `other`: on the test text, and a 95% interval.

        The paired bootstrap over documents: words of one document are alike, so documents are drawn, with replacement,
        and both taggers judged on the same ones. Efron & Tibshirani 1993; Koehn 2004.
        """
        one, two = self.row(name), self.row(other)
        gained = np.array(one.known) + np.array(one.unknown) - np.array(two.known) - np.array(two.unknown)  # (D,)
        tokens = np.array(self.known) + np.array(self.unknown)  # (D,)
        drawn = np.random.default_rng(seed).integers(len(tokens), size=(DRAWS, len(tokens)))
        again = 100 * gained[drawn].sum(1) / tokens[drawn].sum(1)  # (DRAWS,)
        low, high = np.percentile(again, [2.5, 97.5])
        return float(100 * gained.sum() / tokens.sum()), float(low), float(high)

    def table(self, beside: str | None = None) -> str:
        """Accuracies in per cent; the difference to the tagger `beside` (the first) and its interval; speed."""
        beside = beside or self.rows[0].name
        wide = max(len(row.name) for row in self.rows) + 2
        lines = [f"{'':{wide}}{'all':>7}{'known':>8}{'unknown':>9}   difference, 95% interval   tags a second"]
        for row in self.rows:
            every, known, unknown = self.accuracy(row.name)
            apart = "" if row.name == beside else interval(self.gain(row.name, beside))
            lines.append(
                f"{row.name:{wide}}{every:7.2f}{known:8.2f}{unknown:9.2f}   {apart:24}{self.tokens / row.tag:16,.0f}"
            )
        share = 100 * sum(self.unknown) / self.tokens
        lines.append(f"{self.tokens:,} tokens of {len(self.known)} documents; {share:.1f}% of the words are unknown.")
        return "\n".join(lines)

    def plot(self, beside: str | None = None) -> plots.Picture:
        """What each difference is worth: points of accuracy below the tagger `beside`, with its interval."""
        beside = beside or self.rows[0].name
        names = [row.name for row in self.rows if row.name != beside]
        gains = [self.gain(name, beside) for name in names]
        figure, axes = plots.figure(width=7.2, height=0.9 + 0.36 * len(names))
        for i, (mean, low, high) in enumerate(gains):
            axes.plot([low, high], [i, i], color=plots.COLOURS[1], linewidth=2)
            axes.plot([mean], [i], color=plots.COLOURS[0], marker="o")
        axes.axvline(0, color=plots.FAINT, linewidth=1)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        plots.label(axes, "points of accuracy (95% interval)", "tagger", f"Against: {beside}")
        said = "; ".join(f"{name} {mean:+.2f}" for name, (mean, _, _) in zip(names, gains, strict=True))
        return plots.picture(figure, f"Points of accuracy against {beside}: {said}.")

    def data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {"known": self.known, "unknown": self.unknown, "rows": [vars(row) for row in self.rows]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> TaggerTable:
        """What `data` wrote."""
        return cls(data["known"], data["unknown"], [Tagged(**row) for row in data["rows"]])


def interval(gain: Sequence[float]) -> str:
    """`+0.12 (-0.03 to +0.25)`."""
    mean, low, high = gain
    return f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"
