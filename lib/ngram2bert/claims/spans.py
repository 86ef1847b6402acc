"""How far back the gradient of an untrained network reaches, and in how many directions.

    spans = run()                 # two seconds
    print(spans.table())

The networks are those of `recall`, the sequence is its own: a symbol, then blanks. Of dh_T/dh_{T-k}, all singular
values s are looked at: the largest says how large a gradient can arrive, (sum s^2)^2 / sum s^4 in about how many
directions it does: h where all are equal, 1 where one is far above the others. What is kept in one direction is one
number, and a network that has to remember much needs many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch.nn import functional

from .. import plots
from .elman import NAMES, STARTS, Elman
from .record import committed as _committed
from .spread import mean_and_sd, plus_minus

UNITS, SYMBOLS = 64, 8


@dataclass(frozen=True)
class Span:
    """Of one network: for each distance k = 0, 1, .. the largest singular value, and the number of directions."""

    start: str
    seed: int
    norms: list[float]
    directions: list[float]


@dataclass(frozen=True)
class Spans:
    """A span a start and seed."""

    spans: list[Span]

    @property
    def starts(self) -> list[str]:
        return list(dict.fromkeys(span.start for span in self.spans))

    def at(self, start: str, k: int = -1) -> tuple[tuple[float, float], tuple[float, float]]:
        """Norm and number of directions at a distance, the longest without one: mean and deviation over the seeds."""
        mine = [span for span in self.spans if span.start == start]
        return mean_and_sd([span.norms[k] for span in mine]), mean_and_sd([span.directions[k] for span in mine])

    def table(self) -> str:
        """A row a start."""
        last = len(self.spans[0].norms) - 1
        lines = [f"{'':26}norm of the gradient after          directions after", f"{'':26}10 steps{last:9} steps"]
        lines[1] += f"{'10':>18}{last:>14} steps"
        for start in self.starts:
            (near, _), (few, _) = self.at(start, 10)
            (far, _), many = self.at(start)
            lines.append(f"{NAMES[start]:26}{near:8.2g}{far:15.2g}{few:18.1f}{plus_minus(*many):>20}")
        return "\n".join([*lines, f"Of {UNITS} units; before training; ±: over {self.seeds} seeds of the weights."])

    @property
    def seeds(self) -> int:
        return len({span.seed for span in self.spans})

    def sentence(self) -> str:
        """What came out, in words."""
        told = []
        for start in self.starts:
            (norm, _), (directions, _) = self.at(start)
            told.append(f"{NAMES[start]}: {norm:.2g} in {directions:.1f} directions")
        return f"What of the gradient arrives from {len(self.spans[0].norms) - 1} steps away: {'; '.join(told)}."

    def plot(self) -> plots.Picture:
        """Norm and directions against distance, a line a start (identity left out: both lines are level)."""
        figure, (left, right) = plots.figure(columns=2, width=8.8, height=3.4)
        for number, start in enumerate([start for start in self.starts if start != "identity"]):
            ks = range(len(self.spans[0].norms))
            look = plots.line(number) | {"marker": ""}
            left.plot(ks, [self.at(start, k)[0][0] for k in ks], **look, label=NAMES[start])
            right.plot(ks, [self.at(start, k)[1][0] for k in ks], **look)
        left.set_yscale("log")
        left.legend()
        plots.label(left, "distance k (steps)", "norm of dh_T/dh_{T-k}", "How large")
        right.set_ylim(0, UNITS + 2)
        plots.label(right, "distance k (steps)", f"directions, of {UNITS}", "In how many directions")
        return plots.picture(
            figure, f"Against distance: the norm of the gradient, and its directions. {self.sentence()}"
        )

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return {"spans": [asdict(span) for span in self.spans]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Spans:
        """What `data` returned."""
        return cls([Span(**span) for span in data["spans"]])


def run(blanks: int = 50, starts: Sequence[str] = STARTS, seeds: Sequence[int] = (1, 2, 3)) -> Spans:
    """The untrained networks of `recall`, over that many blanks. About 0.15 s a network."""
    return Spans([span(start, blanks, seed) for start in starts for seed in seeds])


def span(start: str, blanks: int, seed: int) -> Span:
    """One network, one sequence: a symbol, the blanks."""
    model = Elman(SYMBOLS + 2, UNITS, SYMBOLS, start, seed)
    ids = torch.full((blanks + 1,), SYMBOLS)
    ids[0] = seed % SYMBOLS
    _, Js = model.jacobians(functional.one_hot(ids, SYMBOLS + 2).float())  # (T, h, h)
    product, norms, directions = torch.eye(UNITS, dtype=torch.float64), [1.0], [float(UNITS)]
    for J in Js.double().flip(0)[:blanks]:  # the last step first
        product = product @ J
        s = torch.linalg.svdvals(product)  # (h,)
        shares = (s / s[0]) ** 2
        norms.append(float(f"{float(s[0]):.5g}"))
        directions.append(round(float(shares.sum() ** 2 / (shares**2).sum()), 3))
    return Span(start, seed, norms, directions)


def committed() -> Spans:
    """What `ngram2bert claims 05` recorded. Raises FileNotFoundError where there is nothing."""
    return Spans.from_data(_committed("05-recall")["data"]["spans"])
