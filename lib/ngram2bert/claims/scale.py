"""What layer norm tames: the scale of the weights, and with it the learning rate.

    print(invariance())           # states and gradients when W_x and W_h are multiplied, at once
    rates = run()                 # the largest stable rate of plain gradient descent, about 10 s
    committed("all").plot()       # three seeds, four scales, from `ngram2bert claims 05`

The text is letters of Brown. A rate is stable where the loss of the last fifth of the steps is a tenth of a nat below
the entropy of the letters' frequencies: something was learned, and not lost again. What stands behind a normalisation
is not normalised: the output layer has the rate of all, or, with `output`, one of its own.
Source: Ba, Kiros & Hinton 2016, sections 3.1 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch.nn import functional

from .elman import Elman
from .kept import kept
from .letters import SYMBOLS, entropy, letters, windows
from .rates import Rates, Trial
from .record import committed as _committed
from .single import one_thread

UNITS, BATCH, LENGTH = 64, 32, 32
OUTPUT = 0.5  # the output layer's own rate, where it has one
MARGIN = 0.1
LOST = 20.0  # nats: a run that is so far gone is ended


@one_thread
def run(
    scales: Sequence[float] = (1, 10),
    rates: Sequence[float] = (0.25, 1, 4, 16, 64),
    seeds: Sequence[int] = (1,),
    steps: int = 80,
    output: float | None = OUTPUT,
) -> Rates:
    """Trains with every rate, with layer norm and without. At the defaults about 10 s.

    scales: W_x and W_h are multiplied by it before training; rates: of plain gradient descent, no clipping; output:
    the rate of U and c, None for the same as all.
    """
    trials = [
        train(start, scale, rate, seed, steps, output)
        for scale in scales
        for start in ("default", "layer norm")
        for rate in rates
        for seed in seeds
    ]
    return Rates(trials, stable(), output)


def stable() -> float:
    """Nats: a run that ends below them has learned more than how common each letter is."""
    return round(entropy(letters()) - MARGIN, 4)


def train(
    start: str, scale: float, rate: float, seed: int, steps: int, output: float | None, path: Path | None = None
) -> Trial:
    """One run. path: where it is kept when it is done."""
    if path is not None:
        return Trial(**kept(path, lambda: vars(train(start, scale, rate, seed, steps, output))))
    model = Elman(SYMBOLS, UNITS, SYMBOLS, start, seed, scale)
    generator = torch.Generator().manual_seed(1000 + seed)
    behind = [model.U, model.c]
    before = [p for p in model.parameters() if all(p is not other for other in behind)]
    groups = [{"params": before, "lr": rate}, {"params": behind, "lr": rate if output is None else output}]
    optimizer = torch.optim.SGD(groups, lr=rate)
    losses: list[float] = []
    for _ in range(steps):
        xs, ys = windows(letters(), BATCH, LENGTH, generator)
        loss = functional.cross_entropy(model(xs).flatten(0, 1), ys.flatten())
        losses.append(loss.item())
        if not losses[-1] <= LOST:  # too large, or NaN
            return Trial(start, scale, rate, seed, LOST)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    tail = losses[-max(1, steps // 5) :]
    return Trial(start, scale, rate, seed, round(math.fsum(tail) / len(tail), 4))


def invariance(scales: Sequence[float] = (0.01, 0.1, 1, 10, 100), seed: int = 1) -> str:
    """How states and gradients change when W_x and W_h are multiplied by `scale`: a table.

    The gradient of the loss with respect to W_h is inversely proportional to the scale, with layer norm: so large
    weights take small steps.
    """
    xs, ys = windows(letters(), BATCH, LENGTH, torch.Generator().manual_seed(seed))
    lines = [
        "weights      states, relative change       norm of dL/dW_h            the same times scale",
        "times        without       with            without       with         with layer norm",
    ]
    told = {}
    for start in ("default", "layer norm"):
        make = partial(Elman, SYMBOLS, UNITS, SYMBOLS, start, seed)
        plain = make().states(xs).detach()
        for scale in scales:
            model = make(scale=scale)
            hs = model.states(xs)
            functional.cross_entropy((hs @ model.U.T + model.c).flatten(0, 1), ys.flatten()).backward()
            moved = ((hs.detach() - plain).norm() / plain.norm()).item()
            assert model.W_h.grad is not None
            told[start, scale] = moved, model.W_h.grad.norm().item()
    for scale in scales:
        (moved, norm), (moved_ln, norm_ln) = told["default", scale], told["layer norm", scale]
        lines.append(f"{scale:<9g}{moved:10.3f}{moved_ln:14.2g}{norm:18.2g}{norm_ln:14.2g}{norm_ln * scale:18.2g}")
    return "\n".join(lines)


def committed(mode: str = "hidden") -> Rates:
    """The recorded runs. mode: `hidden`, the output layer at its own rate, or `all`, one rate for all weights.

    Raises FileNotFoundError where `ngram2bert claims 05` has left no record.
    """
    return Rates.from_data(_committed("05-layer-norm")["data"][mode])
