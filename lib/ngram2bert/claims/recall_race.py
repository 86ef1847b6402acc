"""Runs of the recall task, compared: accuracy, and loss against the seconds of one processor."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from .elman import NAMES
from .spread import mean_and_sd, plus_minus

CHANCE = 1 / 8


@dataclass(frozen=True)
class Mark:
    """What was measured after so many steps and CPU seconds of training: the loss in nats, and the accuracy."""

    step: int
    seconds: float
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Run:
    """One network on one task. It ends early where it was right twice in a row: what follows counts as its last."""

    start: str
    blanks: int
    symbols: int
    seed: int
    rate: float
    marks: list[Mark]

    def reached(self, accuracy: float = 0.99) -> Mark | None:
        """The first mark with such an accuracy, or None."""
        return next((mark for mark in self.marks if mark.accuracy >= accuracy), None)

    def at(self, seconds: float) -> float:
        """The loss after so many seconds, by a line between the marks; the last one after the end."""
        before = self.marks[0]
        for mark in self.marks[1:]:
            if mark.seconds >= seconds:
                share = (seconds - before.seconds) / max(mark.seconds - before.seconds, 1e-9)
                return before.loss + share * (mark.loss - before.loss)
            before = mark
        return before.loss

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Run:
        """What `asdict` makes of one."""
        return cls(**{**data, "marks": [Mark(**mark) for mark in data["marks"]]})


@dataclass(frozen=True)
class Recall:
    """Runs, of one task or of several."""

    runs: list[Run]

    @property
    def starts(self) -> list[str]:
        return list(dict.fromkeys(run.start for run in self.runs))

    @property
    def tasks(self) -> list[tuple[int, int]]:
        """(symbols, blanks), in order."""
        return sorted({(run.symbols, run.blanks) for run in self.runs})

    def of(self, blanks: int, symbols: int, start: str | None = None) -> Recall:
        """The runs of one task, of one start if it is given."""
        kept = [run for run in self.runs if (run.blanks, run.symbols) == (blanks, symbols)]
        return Recall([run for run in kept if start in (None, run.start)])

    def final(self, start: str) -> tuple[float, float]:
        """The last accuracy: mean and deviation over the seeds (of all tasks here: use `of` first)."""
        return mean_and_sd([run.marks[-1].accuracy for run in self.runs if run.start == start])

    def crossing(self, first: str, second: str) -> float:
        """The CPU second from which on the mean loss of `second` stays below that of `first`; 0 where it always does,
        infinity where it is not below at the end. Read off at 400 points up to the end of the shorter curve: a run
        that has learned its task ends, and its loss would fall further."""
        ones, others = ([run for run in self.runs if run.start == name] for name in (first, second))
        end = min(max(run.marks[-1].seconds for run in runs) for runs in (ones, others))
        last = math.inf
        for i in range(400, 0, -1):
            seconds = end * i / 400
            if mean_loss(others, seconds) >= mean_loss(ones, seconds):
                return last
            last = seconds
        return 0.0

    def table(self) -> str:
        """A row a task and start."""
        lines = ["symbols  blanks  network                   accuracy        0.99 after: steps       CPU s"]
        for symbols, blanks in self.tasks:
            for start in self.starts:
                mine = self.of(blanks, symbols, start).runs
                if not mine:
                    continue
                marks = [mark for run in mine if (mark := run.reached())]
                steps = f"{mean_and_sd([float(m.step) for m in marks])[0]:.0f}" if len(marks) == len(mine) else "–"
                seconds = plus_minus(*mean_and_sd([m.seconds for m in marks])) if len(marks) == len(mine) else "–"
                if 0 < len(marks) < len(mine):
                    seconds = f"{len(marks)} of {len(mine)} seeds"
                accuracy = plus_minus(*mean_and_sd([run.marks[-1].accuracy for run in mine]), 2)
                lines.append(f"{symbols:4}{blanks:10}    {NAMES[start]:26}{accuracy:12}{steps:>18}{seconds:>15}")
        longest = max(run.marks[-1].step for run in self.runs)
        return "\n".join([*lines, f"Chance: 0.12. At most {longest:,} steps; –: not reached by all seeds."])

    def sentence(self) -> str:
        """Who recalls how much, in words."""
        told = []
        for symbols, blanks in self.tasks:
            mine = self.of(blanks, symbols)
            each = ", ".join(f"{NAMES[start]} {plus_minus(*mine.final(start), 2)}" for start in mine.starts)
            told.append(f"{symbols} symbol{'s' if symbols > 1 else ''} over {blanks} blanks: {each}")
        return f"Accuracy, chance 0.12. {'; '.join(told)}."

    def plot(self) -> plots.Picture:
        """Accuracy against CPU seconds; the starts in two panels. Raises ValueError for more than one task."""
        if len(self.tasks) != 1:
            raise ValueError(f"{len(self.tasks)} tasks in one picture: choose one with .of(blanks, symbols)")
        panels: list[Sequence[str]] = [("default", "identity", "orthogonal"), ("layer norm", "orthogonal, layer norm")]
        figure, both = plots.figure(columns=2, width=8.8, height=3.3, sharey=True, sharex=True)
        for axes, names, title in zip(both, panels, ("without layer norm", "with layer norm"), strict=True):
            for number, start in enumerate(name for name in names if name in self.starts):
                for run in [run for run in self.runs if run.start == start]:
                    label = NAMES[start] if run.seed == min(other.seed for other in self.runs) else None
                    xs, ys = [mark.seconds for mark in run.marks], [mark.accuracy for mark in run.marks]
                    axes.plot(xs, ys, **plots.line(number) | {"marker": ""}, label=label)
                    axes.plot(xs[-1:], ys[-1:], **plots.line(number))
            axes.axhline(CHANCE, color=plots.FAINT, linewidth=1)
            axes.set_ylim(0, 1.03)
            if any(name in self.starts for name in names):
                axes.legend(loc="lower right", bbox_to_anchor=(1, 0.15))
            plots.label(axes, "CPU seconds of training", "accuracy", title)
        return plots.picture(figure, f"Accuracy against CPU seconds; the grey line is chance. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Recall:
        """What `data` returned."""
        return cls([Run.from_data(run) for run in data["runs"]])


def order_free(symbols: int, letters: int = 8) -> float:
    """The accuracy of one who knows which letters there were, and how often each, but not their order: at every place
    the commonest is named."""
    sequences = list(itertools.product(range(letters), repeat=symbols))
    return sum(max(map(word.count, word)) for word in sequences) / (symbols * len(sequences))


def mean_loss(runs: Sequence[Run], seconds: float) -> float:
    """Over the seeds."""
    return sum(run.at(seconds) for run in runs) / len(runs)
