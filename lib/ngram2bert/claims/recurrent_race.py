"""Seconds of one processor on Brown: the n-gram, done at once; a plain RNN, a GRU and an LSTM, better with every batch.

race = committed()            # three seeds, from `ngram2bert claims 06`
print(race.table())
race.plot()
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch

from .. import plots
from ..neural.brown import brown_text
from ..recurrent import Settings
from ..training import Point
from .bengio import ngrams
from .mixtures import nats as ngram_nats
from .neural_race import reach
from .record import committed as _committed
from .recurrent_runs import EPOCHS, MARKS, SEEDS, curve_text, trained
from .spread import mean_and_sd, plus_minus

NAMES = {"rnn": "plain RNN", "gru": "GRU", "lstm": "LSTM"}
BASE = Settings(dropout=0.1)
RATES = {"rnn": 0.006, "gru": 0.012, "lstm": 0.012}  # the best of a few for each, after half a reading, on validation


@dataclass(frozen=True)
class RecurrentRace:
    """ngram, ngram_seconds: the best n-gram's perplexity on the same words, and the CPU seconds of its making; curves:
    by cell and seed the points, with `carried` and `reset` measured; tokens: of one reading; asked: words of the test
    text that all this was measured on."""

    ngram: float
    ngram_seconds: float
    curves: dict[str, dict[int, list[Point]]]
    tokens: int
    asked: int

    def crossing(self, kind: str, level: float | None = None, name: str = "carried") -> tuple[list[float], list[float]]:
        """(CPU seconds, tokens), one a seed, at which a cell's curve got below a perplexity, the n-gram's if none is
        given; infinity where it did not."""
        found = [reach(curve, name, self.ngram if level is None else level) for curve in self.curves[kind].values()]
        return [seconds for seconds, _ in found], [tokens for _, tokens in found]

    def end(self, kind: str, name: str = "carried") -> list[float]:
        """Perplexity at the end, one a seed."""
        return [curve[-1].measured[name] for curve in self.curves[kind].values()]

    def means(self, kind: str) -> list[dict[str, tuple[float, float]]]:
        """For each mark mean and deviation of `seconds`, `tokens`, `carried`, `reset` over the seeds."""
        rows = []
        for points in zip(*self.curves[kind].values(), strict=True):
            row = {name: mean_and_sd([p.measured[name] for p in points]) for name in ("carried", "reset")}
            row["seconds"] = mean_and_sd([p.seconds for p in points])
            row["tokens"] = mean_and_sd([float(p.tokens) for p in points])
            rows.append(row)
        return rows

    def ahead(self, kind: str, other: str) -> list[str]:
        """From when on a cell is below another one of the same seed, on the clock of each: by tokens and by seconds."""
        found = []
        for by in ("tokens", "seconds"):
            times = [
                _overtakes(mine, theirs, by)
                for mine, theirs in zip(self.curves[kind].values(), self.curves[other].values(), strict=True)
            ]
            found.append(_told(times, by, self.tokens))
        return found

    def sentence(self) -> str:
        """Who is ahead when, in words."""
        told = [f"The n-gram: {self.ngram:.1f} after {self.ngram_seconds:.1f} s."]
        for kind in self.curves:
            seconds, tokens = self.crossing(kind)
            when = (
                f"draws level after {_told(seconds, 'seconds', self.tokens)} and {_told(tokens, 'tokens', self.tokens)}"
                if any(map(math.isfinite, seconds))
                else "does not draw level"
            )
            told.append(f"The {NAMES[kind]} {when}, and ends at {plus_minus(*mean_and_sd(self.end(kind)))}.")
        for kind, other in (("gru", "rnn"), ("lstm", "rnn"), ("lstm", "gru")):
            if {kind, other} <= self.curves.keys():
                tokens_, seconds_ = self.ahead(kind, other)
                told.append(f"The {NAMES[kind]} is below the {NAMES[other]} from {tokens_}, {seconds_} on.")
        return " ".join(told)

    def table(self) -> str:
        """The curves as text."""
        lines = ["cell        readings    CPU s   read carried   from zero every 32 words"]
        for kind in self.curves:
            for row in self.means(kind):
                lines.append(
                    f"{NAMES[kind]:12}{row['tokens'][0] / self.tokens:8.2f}{row['seconds'][0]:9.1f}"
                    f"{plus_minus(*row['carried']):>15}{plus_minus(*row['reset']):>27}"
                )
        return "\n".join(
            [
                *lines,
                f"The n-gram: {self.ngram:.1f} in {self.ngram_seconds:.1f} s. Perplexity of {self.asked:,} words of "
                "the test text. ±: standard deviation over the seeds.",
            ]
        )

    def plot(self) -> plots.Picture:
        """Perplexity against CPU seconds and against tokens."""
        figure, panels = plots.figure(columns=2, width=8.6, height=3.6, sharey=True)
        for axes, by, unit in zip(panels, ("seconds", "tokens"), ("CPU seconds", "tokens"), strict=True):
            axes.axhline(self.ngram, color=plots.INK, linewidth=1, label="Kneser–Ney, n = 5")
            for number, kind in enumerate(self.curves, start=1):
                rows = self.means(kind)
                means, spreads = zip(*(row["carried"] for row in rows), strict=True)
                bars = [0.0 if math.isnan(sd) else sd for sd in spreads]
                axes.errorbar([row[by][0] for row in rows], means, bars, label=NAMES[kind], **plots.line(number))
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_yticks(ticks := [90, 100, 120, 150, 200, 300], list(map(str, ticks)))
            if by == "seconds":
                axes.set_xticks(marks := [1, 2, 5, 10, 20, 50], list(map(str, marks)))
            axes.minorticks_off()
            plots.label(axes, f"{unit} of training", "test perplexity")
        panels[0].legend()
        return plots.picture(figure, f"Test perplexity against CPU seconds and tokens. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        curves = {k: {str(s): [asdict(p) for p in c] for s, c in by.items()} for k, by in self.curves.items()}
        return {**vars(self), "curves": curves}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> RecurrentRace:
        """What `data` returned."""
        curves = {k: {int(s): [Point(**p) for p in c] for s, c in by.items()} for k, by in data["curves"].items()}
        return cls(**{**data, "curves": curves})


def measured(seeds: Sequence[int] = SEEDS) -> RecurrentRace:
    """The long form: each cell with each seed, stateful, chunks of 32 words."""
    curves = {
        kind: {s: trained(replace(BASE, kind=kind, rate=RATES[kind]), s, EPOCHS, MARKS).points for s in seeds}
        for kind in NAMES
    }
    _, train, _, test = brown_text()
    best, _, seconds = ngrams()
    places = curve_text().places.flatten() - 1  # the stream has `</s>` before the first word
    loss = -float(ngram_nats(best, test)[places].mean())
    return RecurrentRace(
        math.exp(loss), round(seconds, 3), curves, sum(map(len, train)) + len(train), curve_text().tokens
    )


def committed() -> RecurrentRace:
    """What `ngram2bert claims 06` recorded. Raises FileNotFoundError where there is no record."""
    return RecurrentRace.from_data(_committed("06-race")["data"]["race"])


def _overtakes(mine: Sequence[Point], theirs: Sequence[Point], by: str) -> float:
    """The first mark on a clock from which on `mine` stays below `theirs`, which is drawn through its points."""
    xs = torch.tensor([float(getattr(p, by)) for p in theirs]).log()
    ys = torch.tensor([p.measured["carried"] for p in theirs]).log()
    times = [float(getattr(p, by)) for p in mine]
    below = [math.log(p.measured["carried"]) < _at(xs, ys, math.log(t)) for p, t in zip(mine, times, strict=True)]
    last = next((i for i in reversed(range(len(below))) if not below[i]), -1)
    return times[last + 1] if last + 1 < len(times) else math.inf


def _at(xs: torch.Tensor, ys: torch.Tensor, x: float) -> float:
    """A curve between its points, flat beyond them."""
    i = int((xs <= x).sum())
    if i in (0, len(xs)):
        return float(ys[min(i, len(xs) - 1)])
    share = (x - float(xs[i - 1])) / float(xs[i] - xs[i - 1])
    return float(ys[i - 1]) + share * float(ys[i] - ys[i - 1])


def _told(times: Sequence[float], by: str, reading: int) -> str:
    """`12 ± 1 s` or `0.31 ± 0.02 readings`; how many seeds, where not all."""
    there = [t if by == "seconds" else t / reading for t in times if math.isfinite(t)]
    if not there:
        return f"never (in {by})"
    number = plus_minus(*mean_and_sd(there), digits=0 if by == "seconds" else 2)
    some = "" if len(there) == len(times) else f" ({len(there)} of {len(times)} seeds)"
    return f"{number} {'s' if by == 'seconds' else 'readings'}{some}"
