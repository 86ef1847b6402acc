"""Learning rates tried, with layer norm and without: the largest stable one by the scale of the weights."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from .elman import NAMES
from .spread import mean_and_sd, plus_minus


@dataclass(frozen=True)
class Trial:
    """start: of the weights; scale: they are multiplied by it; loss: mean of the last fifth of the steps, nats."""

    start: str
    scale: float
    rate: float
    seed: int
    loss: float


@dataclass(frozen=True)
class Rates:
    """trials; level: nats, a trial that ends below it is stable; output: the output layer's own rate, None: no own."""

    trials: list[Trial]
    level: float
    output: float | None

    @property
    def scales(self) -> list[float]:
        return sorted({trial.scale for trial in self.trials})

    @property
    def rates(self) -> list[float]:
        return sorted({trial.rate for trial in self.trials})

    def largest(self, start: str, scale: float) -> list[float]:
        """The largest stable rate of the grid, one a seed; 0 where none is."""
        mine = [trial for trial in self.trials if (trial.start, trial.scale) == (start, scale)]
        seeds = sorted({trial.seed for trial in mine})
        stable = [(trial.seed, trial.rate) for trial in mine if trial.loss < self.level]
        return [max((rate for of, rate in stable if of == seed), default=0.0) for seed in seeds]

    def best(self, start: str, scale: float) -> tuple[float, tuple[float, float]]:
        """The rate with the lowest mean loss, and that loss: mean and deviation over the seeds."""
        found = {rate: self.loss(start, scale, rate) for rate in self.rates}
        rate = min(found, key=lambda rate: found[rate][0])
        return rate, found[rate]

    def loss(self, start: str, scale: float, rate: float) -> tuple[float, float]:
        """Mean and deviation over the seeds."""
        key = (start, scale, rate)
        return mean_and_sd([t.loss for t in self.trials if (t.start, t.scale, t.rate) == key])

    def table(self) -> str:
        """A row a scale and network."""
        lines = ["weights times   network                  largest stable rate   best rate   loss there (nats)"]
        for scale in self.scales:
            for start in ("default", "layer norm"):
                rate, loss = self.best(start, scale)
                lines.append(
                    f"{scale:<16g}{NAMES[start]:25}{shown(self.largest(start, scale)):>19}{rate:12g}"
                    f"{plus_minus(*loss, 2):>20}"
                )
        own = "the same for all weights" if self.output is None else f"of the output layer always {self.output:g}"
        grid = f"{self.rates[0]:g} to {self.rates[-1]:g}"
        return "\n".join([*lines, f"Rates {grid}; {own}. Stable: below {self.level:.2f} nats at the end."])

    def sentence(self) -> str:
        """What came out, in words."""
        told = []
        for start in ("default", "layer norm"):
            each = ", ".join(f"{shown(self.largest(start, scale))} (weights x {scale:g})" for scale in self.scales)
            told.append(f"{'with' if start == 'layer norm' else 'without'} layer norm {each}")
        return f"The largest stable learning rate, by seed where seeds differ: {'; '.join(told)}."

    def plot(self) -> plots.Picture:
        """Loss against rate, a panel a scale."""
        width = 2.4 * len(self.scales) + 1.6
        figure, panels = plots.figure(columns=len(self.scales), width=width, height=3.0, sharey=True)
        for axes, scale in zip(panels if len(self.scales) > 1 else [panels], self.scales, strict=True):
            for number, start in enumerate(("default", "layer norm")):
                losses = [self.loss(start, scale, rate)[0] for rate in self.rates]
                name = "with layer norm" if number else "without"
                axes.plot(self.rates, [min(loss, 3.6) for loss in losses], **plots.line(number), label=name)
            axes.axhline(self.level, color=plots.FAINT, linewidth=1)
            axes.set_xscale("log", base=4)
            axes.set_ylim(2.3, 3.65)
            plots.label(axes, "learning rate", "loss at the end (nats)", f"weights × {scale:g}")
        (panels if len(self.scales) == 1 else panels[0]).legend()
        alt = f"Loss against learning rate, cut at 3.6; what is below the grey line is stable. {self.sentence()}"
        return plots.picture(figure, alt)

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Rates:
        """What `data` returned."""
        return cls(**{**data, "trials": [Trial(**trial) for trial in data["trials"]]})


def shown(rates: list[float]) -> str:
    """`4`, `2 / 4 / 4` where seeds differ, `none`."""
    names = [f"{rate:g}" if rate > 0 and math.isfinite(rate) else "none" for rate in rates]
    return names[0] if len(set(names)) == 1 else " / ".join(names)
