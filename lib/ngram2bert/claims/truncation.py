"""What truncation leaves out: the gradient of a long text, cut into chunks, against the whole one.

    bias = run()                  # about 10 s
    print(bias.table())
    committed().plot()            # three seeds, from `ngram2bert claims 05`

The network reads windows of 128 letters of Brown. The state is carried from chunk to chunk, detached; the gradients of
all chunks of a window are added. Their sum differs from the gradient of the whole window by all that would have crossed
a border: no noise but bias, for the letters are the same ones.
Source: Williams & Peng 1990; Tallec & Ollivier 2017 on the bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .. import plots
from .elman import NAMES, Elman
from .letters import SYMBOLS, letters, windows
from .record import committed as _committed
from .single import one_thread
from .spread import mean_and_sd, plus_minus

UNITS, LENGTH, COUNT = 64, 128, 256
CUTS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Bias:
    """Of one network: for each chunk length the length of the missing part of the gradient, relative to the whole, and
    the cosine of the angle between truncated and whole gradient (of W_x, W_h and b together)."""

    start: str
    steps: int
    seed: int
    missing: dict[int, float]
    cosine: dict[int, float]


@dataclass(frozen=True)
class Truncation:
    """Several networks: untrained (steps 0) and trained."""

    biases: list[Bias]

    @property
    def networks(self) -> list[tuple[str, int]]:
        return list(dict.fromkeys((bias.start, bias.steps) for bias in self.biases))

    def at(self, start: str, steps: int, cut: int, what: str = "missing") -> tuple[float, float]:
        """Mean and deviation over the seeds, of `missing` or `cosine`."""
        mine = [bias for bias in self.biases if (bias.start, bias.steps) == (start, steps)]
        return mean_and_sd([getattr(bias, what)[cut] for bias in mine])

    def table(self) -> str:
        """A row a chunk length: missing part, and cosine in brackets."""
        heads = [named(*network) for network in self.networks]
        lines = ["chunk" + "".join(f"{head:>28}" for head in heads)]
        for cut in CUTS:
            cells = [
                f"{plus_minus(*self.at(*network, cut), 2)} ({self.at(*network, cut, 'cosine')[0]:.2f})"
                for network in self.networks
            ]
            lines.append(f"{cut:5}" + "".join(f"{cell:>28}" for cell in cells))
        note = f"Missing part of the gradient, relative to the whole of {LENGTH} steps; in brackets the cosine to it."
        return "\n".join([*lines, note])

    def sentence(self) -> str:
        """What came out, in words."""
        told = []
        for network in self.networks:
            few = [cut for cut in CUTS if self.at(*network, cut)[0] < 0.1]
            when = f"from chunks of {few[0]} on" if few else f"not even with chunks of {CUTS[-1]}"
            told.append(f"{named(*network)}: {self.at(*network, 1)[0]:.2f} with chunks of 1, below 0.1 {when}")
        return f"The part of the gradient that truncation loses: {'; '.join(told)}."

    def plot(self) -> plots.Picture:
        """Missing part against chunk length, a line a network."""
        figure, axes = plots.figure(width=5.6, height=3.3)
        for number, network in enumerate(self.networks):
            means = [self.at(*network, cut) for cut in CUTS]
            spreads = [0.0 if sd != sd else sd for _, sd in means]
            axes.errorbar(CUTS, [m for m, _ in means], spreads, **plots.line(number), label=named(*network), capsize=2)
        axes.set_xscale("log", base=2)
        axes.set_xticks(CUTS, list(map(str, CUTS)))
        axes.set_ylim(0, 1)
        axes.legend()
        plots.label(axes, "steps a chunk", "missing part of the gradient")
        return plots.picture(figure, f"Missing part of the gradient against steps a chunk. {self.sentence()}")

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Truncation:
        """What `data` returned."""
        biases = []
        for bias in data["biases"]:
            numbers = {what: {int(cut): x for cut, x in bias[what].items()} for what in ("missing", "cosine")}
            biases.append(Bias(**{**bias, **numbers}))
        return cls(biases)


def named(start: str, steps: int) -> str:
    return f"{NAMES[start]}, {'trained' if steps else 'untrained'}"


@one_thread
def run(
    starts: Sequence[str] = ("default", "orthogonal"), seeds: Sequence[int] = (1,), trained: Sequence[int] = (0, 300)
) -> Truncation:
    """The bias of each network. At the defaults about 10 s.

    trained: for how many steps of Adam at 0.003, on windows of 64 letters.
    """
    return Truncation([bias(start, steps, seed) for start in starts for steps in trained for seed in seeds])


def bias(start: str, steps: int, seed: int) -> Bias:
    """Trains one network, then measures."""
    model = Elman(SYMBOLS, UNITS, SYMBOLS, start, seed)
    generator = torch.Generator().manual_seed(1000 + seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(steps):
        xs, ys = windows(letters(), 32, 64, generator)
        optimizer.zero_grad()
        functional.cross_entropy(model(xs).flatten(0, 1), ys.flatten()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    xs, ys = windows(letters(), COUNT, LENGTH, torch.Generator().manual_seed(seed))
    whole = gradient(model, xs, ys, LENGTH)
    cut = {length: gradient(model, xs, ys, length) for length in CUTS}
    missing = {length: round(((g - whole).norm() / whole.norm()).item(), 5) for length, g in cut.items()}
    cosine = {length: round(functional.cosine_similarity(g, whole, 0).item(), 5) for length, g in cut.items()}
    return Bias(start, steps, seed, missing, cosine)


def gradient(model: Elman, xs: Tensor, ys: Tensor, length: int) -> Tensor:
    """Of the mean loss with respect to W_x, W_h and b, as one vector, in chunks of `length` steps.

    xs (T, B, m), ys (T, B).
    """
    weights, h = [model.W_x, model.W_h, model.b], None
    total = [torch.zeros_like(p) for p in weights]
    for x, y in zip(xs.split(length), ys.split(length), strict=True):
        hs = model.states(x, h)  # (length, B, h)
        h = hs[-1].detach()
        loss = functional.cross_entropy(functional.linear(hs, model.U, model.c).flatten(0, 1), y.flatten())
        for sum_, g in zip(total, torch.autograd.grad(loss * len(x) / len(xs), weights), strict=True):
            sum_ += g
    return torch.cat([g.flatten() for g in total])


def committed() -> Truncation:
    """What `ngram2bert claims 05` recorded. Raises FileNotFoundError where there is nothing."""
    return Truncation.from_data(_committed("05-truncation")["data"]["truncation"])
