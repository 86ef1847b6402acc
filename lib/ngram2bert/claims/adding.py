"""The adding problem: how long can a plain RNN, a GRU and an LSTM hold a number?

found = run()             # lag 50, one seed, about 25 s on one core
print(found.table())
committed().plot()        # lag 100, three seeds, from `ngram2bert claims 06`
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import torch

from .. import plots
from ..corpora.cache import cache_folder
from ..recurrent.adding import CHANCE, Learned, learn_adding
from .record import committed as _committed
from .spread import mean_and_sd, plus_minus

T = TypeVar("T")
NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "plain RNN"}
RATES = {"lstm": 0.01, "gru": 0.01, "rnn": 0.001}  # of Adam; a plain RNN fails at 0.01 as well


@dataclass(frozen=True)
class Adding:
    """runs: of each cell, one a seed; lag: steps for which the first number must be kept, at the least."""

    lag: int
    runs: dict[str, list[Learned]]

    def seconds(self, kind: str) -> list[float]:
        """CPU seconds until it was solved, one a seed; infinity where it was not."""
        return [run.solved for run in self.runs[kind]]

    def table(self) -> str:
        """A line a run, as text."""
        lines = ["cell        seed   CPU s   sequences   squared error   right   solved after"]
        for kind, runs in self.runs.items():
            for run in runs:
                after = f"{run.solved:.0f} s" if math.isfinite(run.solved) else "not"
                lines.append(
                    f"{NAMES[kind]:12}{run.seed:4}{run.seconds[-1]:8.0f}{run.sequences[-1]:12,}{run.error[-1]:16.4f}"
                    f"{run.right[-1]:8.0%}{after:>15}"
                )
        return "\n".join([*lines, f"Always to answer 1 has the squared error {CHANCE:.4f}."])

    def sentence(self) -> str:
        """Who solved it, and when."""
        told = []
        for kind, runs in self.runs.items():
            times = [t for t in self.seconds(kind) if math.isfinite(t)]
            if times:
                seeds = "" if len(times) == len(runs) == 1 else f" ({len(times)} of {len(runs)} seeds)"
                told.append(f"{NAMES[kind]} solves it after {plus_minus(*mean_and_sd(times), digits=0)} s{seeds}")
            else:
                last = [(run.seconds[-1], run.error[-1], run.right[-1]) for run in runs]
                spent, error, right = (mean_and_sd(values) for values in zip(*last, strict=True))
                told.append(
                    f"{NAMES[kind]} does not within {spent[0]:.0f} s: {right[0]:.0%} right, squared error "
                    f"{plus_minus(*error, digits=3)}, chance is {CHANCE:.3f}"
                )
        return f"Lag {self.lag}: the {'; the '.join(told)}."

    def plot(self) -> plots.Picture:
        """Squared error against CPU seconds, a thin line a seed."""
        figure, axes = plots.figure(width=6.6, height=3.4)
        for number, (kind, runs) in enumerate(self.runs.items()):
            for i, run in enumerate(runs):
                style = plots.line(number) | {"linewidth": 1.1, "markevery": max(1, len(run.seconds) // 6)}
                axes.plot(run.seconds, run.error, label=NAMES[kind] if i == 0 else None, **style)
        axes.axhline(CHANCE, color=plots.INK, linewidth=0.8)
        axes.set_yscale("log")
        plots.label(axes, "CPU seconds of training", "mean squared error")
        axes.legend()
        return plots.picture(figure, f"Adding problem, squared error against CPU seconds. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return {"lag": self.lag, "runs": {kind: [asdict(run) for run in runs] for kind, runs in self.runs.items()}}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Adding:
        """What `data` returned."""
        return cls(data["lag"], {kind: [_read(run) for run in runs] for kind, runs in data["runs"].items()})


def run(
    lag: int = 50, seeds: Sequence[int] = (1,), sequences: int = 56_000, kinds: Sequence[str] = tuple(NAMES)
) -> Adding:
    """The short form, here and now, on one thread; at most so many sequences a network."""

    def learned(kind: str) -> list[Learned]:
        return [learn_adding(kind, lag, seed, sequences=sequences, rate=RATES[kind]) for seed in seeds]

    return _one_thread(lambda: Adding(lag, {kind: learned(kind) for kind in kinds}))


def kept(kind: str, lag: int, seed: int, seconds: float, rate: float | None = None) -> Learned:
    """One network, kept in the user's cache folder: what is done is not done again."""
    name = f"adding-{kind}-lag{lag}-{seconds:g}s-rate{rate or RATES[kind]:g}-seed{seed}.json"
    path = cache_folder().parent / "runs" / name
    if path.exists():
        return _read(json.loads(path.read_text(encoding="utf-8")))
    found = _one_thread(lambda: learn_adding(kind, lag, seed, seconds, rate=rate or RATES[kind]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def committed() -> Adding:
    """What `ngram2bert claims 06` recorded. Raises FileNotFoundError where there is no record."""
    return Adding.from_data(_committed("06-adding")["data"]["found"])


def _read(data: dict[str, Any]) -> Learned:
    series = {name: tuple(data[name]) for name in ("seconds", "sequences", "error", "right")}
    return Learned(data["kind"], data["seed"], **series)


def _one_thread(task: Callable[[], T]) -> T:
    """Its result, computed on one thread: the fastest way for matrices this small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return task()
    finally:
        torch.set_num_threads(threads)
