"""What the runs of word vectors say together: mean and deviation over seeds, and an interval over the pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .spread import mean_and_sd
from .vector_runs import SETS, Run, Scored

DRAWS = 1000


@dataclass(frozen=True)
class Cell:
    """One method with one choice of settings on one text, over its seeds.

    size: words of the text, 0 for all; changed: the settings that are not the method's habit; rho: by set a figure a
    seed; interval: by set the middle 95% of the seeds' mean over pairs drawn with replacement; pairs: by set how many
    are covered; seconds: CPU time, one a seed; added: rho with C + O for vectors, {} where there is no O.
    """

    method: str
    size: int
    changed: dict[str, float | bool | str]
    seeds: tuple[int, ...]
    rho: dict[str, tuple[float, ...]]
    interval: dict[str, tuple[float, float]]
    pairs: dict[str, int]
    seconds: tuple[float, ...]
    added: dict[str, tuple[float, ...]]

    def mean(self, name: str = "WordSim-353") -> tuple[float, float]:
        """Mean and deviation over the seeds."""
        return mean_and_sd(self.rho[name])

    @property
    def told(self) -> str:
        """The changed settings in words."""
        return ", ".join(f"{name} {value:g}" if not isinstance(value, str | bool) else f"{name} {value}"
                         for name, value in self.changed.items()) or "as usual"  # fmt: skip


def cell(method: str, size: int, changed: dict[str, Any], runs: dict[int, Run]) -> Cell:
    """The runs of one choice of settings, by seed."""
    every = list(runs.values())
    return Cell(
        method,
        size,
        changed,
        tuple(runs),
        {name: tuple(round(run.scored[name].rho, 4) for run in every) for name in SETS},
        {name: interval([[run.scored[name] for run in every]]) for name in SETS},
        {name: len(every[0].scored[name].which) for name in SETS},
        tuple(run.seconds for run in every),
        {name: tuple(round(run.added[name].rho, 4) for run in every) for name in SETS} if every[0].added else {},
    )


def cell_of(data: dict[str, Any]) -> Cell:
    """What `asdict` and JSON made of a cell."""

    def figures(key: str) -> dict[str, tuple[float, ...]]:
        return {name: tuple(values) for name, values in data[key].items()}

    return Cell(
        data["method"],
        data["size"],
        data["changed"],
        tuple(data["seeds"]),
        figures("rho"),
        {name: (low, high) for name, (low, high) in data["interval"].items()},
        data["pairs"],
        tuple(data["seconds"]),
        figures("added"),
    )


def interval(groups: Sequence[Sequence[Scored]], draws: int = DRAWS, seed: int = 1) -> tuple[float, float]:
    """The middle 95% of a mean rho over seeds, or of the difference of two such means, on pairs drawn with replacement.

    groups: the seeds of one method, or those of two, on the same pairs. Ranks are taken once, on all pairs.
    """
    which = groups[0][0].which
    if any(scored.which != which for group in groups for scored in group):
        raise ValueError("these runs cover different pairs: only what was asked on the same pairs can be compared")
    chance = np.random.default_rng(seed)
    times = chance.multinomial(len(which), np.full(len(which), 1 / len(which)), size=draws)  # (draws, N)
    means = [np.mean([_weighted(times, scored) for scored in group], axis=0) for group in groups]  # (draws,) each
    found = means[0] if len(means) == 1 else means[0] - means[1]
    low, high = np.nanquantile(found, (0.025, 0.975))
    return round(float(low), 4), round(float(high), 4)


def _weighted(times: np.ndarray, scored: Scored) -> np.ndarray:
    """Pearson's correlation of the ranks with each row of weights: (draws,)."""
    x, y = mean_ranks(scored.cosines), mean_ranks(scored.people)
    total = times.sum(1)
    mx, my = times @ x / total, times @ y / total
    xy, xx, yy = times @ (x * y) / total, times @ (x * x) / total, times @ (y * y) / total
    with np.errstate(invalid="ignore"):  # a draw of one pair, again and again, has no correlation
        return (xy - mx * my) / np.sqrt((xx - mx * mx) * (yy - my * my))


def mean_ranks(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Mean ranks, centred."""
    array = np.asarray(values)
    _, place, times = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks: np.ndarray = (last - (times - 1) / 2)[place]
    return ranks - ranks.mean()
