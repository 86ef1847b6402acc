"""Norms of the gradient by distance, linear and with tanh: what `pascanu` measured, as table, sentence and picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from .spread import mean_and_sd, plus_minus


@dataclass(frozen=True)
class Curve:
    """Of one matrix: its spectral radius and its largest singular value `stretch`; for distances k = 0, 1, .. the norm
    of dh_T/dh_{T-k} in the linear and in the tanh network, and the bounds below and above the latter."""

    radius: float
    seed: int
    stretch: float
    linear: list[float]
    tanh: list[float]
    low: list[float]
    high: list[float]

    @property
    def inside(self) -> bool:
        """Is tanh between its bounds everywhere, but for rounding?"""
        rows = zip(self.low, self.tanh, self.high, strict=True)
        return all(low * (1 - 1e-9) <= norm <= high * (1 + 1e-9) for low, norm, high in rows)


@dataclass(frozen=True)
class Norms:
    """A curve a radius and seed."""

    curves: list[Curve]

    @property
    def radii(self) -> list[float]:
        return sorted({curve.radius for curve in self.curves})

    def of(self, radius: float) -> list[Curve]:
        """The curves of one radius, a seed each."""
        return [curve for curve in self.curves if curve.radius == radius]

    def factors(self, radius: float, kind: str = "linear") -> tuple[float, float]:
        """The factor a step, fitted to the second half of the distances: mean and deviation over the seeds."""
        return mean_and_sd([growth(getattr(curve, kind)) for curve in self.of(radius)])

    def slope(self) -> float:
        """Of log factor against log radius, linear network, over all curves: 1 where the factor *is* the radius."""
        xs = [math.log(curve.radius) for curve in self.curves]
        return _slope(xs, [math.log(growth(curve.linear)) for curve in self.curves])

    def table(self) -> str:
        """A row a radius."""
        steps = len(self.curves[0].linear) - 1
        lines = [
            f"spectral   largest     factor a step,   factor a step,   the norm after 1 and {steps} steps, linear;",
            "radius     sing. value linear           tanh             tanh after as many",
        ]
        for radius in self.radii:
            mine = self.of(radius)
            at = [mean_and_sd([c.linear[k] for c in mine])[0] for k in (1, steps)]
            lines.append(
                f"{radius:5.2f}{mean_and_sd([c.stretch for c in mine])[0]:13.2f}"
                f"{plus_minus(*self.factors(radius), 3):>20}{plus_minus(*self.factors(radius, 'tanh'), 3):>17}"
                f"{at[0]:12.2g}{at[1]:10.2g}{mean_and_sd([c.tanh[steps] for c in mine])[0]:12.2g}"
            )
        return "\n".join([*lines, f"Factors: a line through the logarithms, distances {(steps + 1) // 2} to {steps}."])

    def sentence(self) -> str:
        """What came out, in words."""
        whole, within = len(self.curves), sum(curve.inside for curve in self.curves)
        first = mean_and_sd([curve.linear[1] / curve.radius for curve in self.curves])[0]
        above = [radius for radius in self.radii if radius > 1]
        tamed = [radius for radius in above if self.factors(radius, "tanh")[0] < 1]
        tanh = (
            f" At {' and '.join(f'{radius:g}' for radius in tamed)} the linear gradient explodes and the tanh one "
            "vanishes: with tanh a radius above 1 is not sufficient for an explosion."
            if tamed
            else ""
        )
        return (
            f"In the long run the linear gradient changes by its spectral radius a step: log factor against log radius "
            f"has slope {self.slope():.2f}. The first step stretches by {first:.1f} times the radius: the largest "
            f"singular value. With tanh, {within} of {whole} curves lie between their bounds.{tanh}"
        )

    def plot(self) -> plots.Picture:
        """Left: linear, all radii, with rho^k. Right: tanh of the largest radius between its bounds."""
        figure, (left, right) = plots.figure(columns=2, width=8.8, height=3.5)
        shades = [plots.COLOURS[1], plots.COLOURS[1], plots.INK, plots.COLOURS[2], plots.COLOURS[2]]
        for i, radius in enumerate(self.radii):
            colour, ks = shades[i % len(shades)], range(len(self.curves[0].linear))
            first = self.of(radius)[0]
            left.plot(ks, first.linear, color=colour, linewidth=1.6)
            left.plot(ks, [radius**k for k in ks], color=colour, linestyle=":", linewidth=1.2)
            left.annotate(
                f"{radius:g}", (ks[-1], first.linear[-1]), color=colour, xytext=(3, -3), textcoords="offset points"
            )
        left.set_yscale("log")
        plots.label(left, "distance k (steps)", "norm of dh_T/dh_{T-k}", "Linear, by spectral radius ρ; dotted: ρ^k")
        shown = self.of(self.radii[-1])[0]
        ks = range(len(shown.tanh))
        right.fill_between(ks, shown.low, shown.high, color=plots.FAINT, alpha=0.35, label="between the bounds")
        right.plot(ks, shown.linear, color=plots.COLOURS[2], linestyle="--", label="linear")
        right.plot(ks, shown.tanh, color=plots.INK, label="tanh")
        right.set_yscale("log")
        right.set_ylim(1e-12, 1e12)
        right.legend(loc="lower left")
        plots.label(right, "distance k (steps)", "norm of dh_T/dh_{T-k}", f"The same matrix, ρ = {shown.radius:g}")
        return plots.picture(figure, f"Norm of the gradient against distance, logarithmic. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        short = [
            {name: _rounded(value) if isinstance(value, list) else value for name, value in asdict(curve).items()}
            for curve in self.curves
        ]
        return {"curves": short}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Norms:
        """What `data` returned; the lists are rounded to six digits."""
        return cls([Curve(**curve) for curve in data["curves"]])


def growth(norms: Sequence[float]) -> float:
    """The factor a step, by a straight line through the logarithms of the second half of a curve."""
    tail = list(range(len(norms) // 2, len(norms)))
    return math.exp(_slope([float(k) for k in tail], [math.log(max(norms[k], 1e-300)) for k in tail]))


def _slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Of the straight line by least squares."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - mean_x) ** 2 for x in xs)


def _rounded(values: list[float]) -> list[float]:
    return [float(f"{value:.7g}") for value in values]
