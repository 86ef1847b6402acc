"""One loop for every model that is trained for longer than a cell may take.

The rate falls with the square root of the steps, and what is measured is an average over about the last tenth of the
weights: so the model is about as good as it can be at *every* moment, and loss against time is a fair curve. A run that
is done for its end may let the rate fall to 0 over its last part; what is measured in that part is no fair curve.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .checkpoint import load_tensors, save_tensors

Params = dict[str, Tensor]
Batch = tuple[Tensor, ...]


@dataclass(frozen=True)
class Plan:
    """How long and how fast.

    epochs: readings of the text; rate: of Adam, at step t it is rate / sqrt(1 + t / half); decay: decoupled weight
    decay, not of vectors such as biases; cool: over this share of the steps, the last ones, the rate also falls to 0
    in a straight line; last: weights are averaged over about 1/last of the steps so far; marks: when to measure, in
    epochs, beside the end; save_every: CPU seconds between checkpoints.
    """

    epochs: float = 1.0
    rate: float = 0.002
    half: float = 1000.0
    decay: float = 0.0
    cool: float = 0.0
    last: float = 10.0
    marks: tuple[float, ...] = ()
    save_every: float = 60.0


@dataclass(frozen=True)
class Point:
    """What was measured after so many CPU seconds of training (measuring is not counted) and tokens read."""

    seconds: float
    tokens: int
    epochs: float
    measured: dict[str, float]


@dataclass
class Trained:
    """The average of the weights, and the curve. `losses`: the mean training loss between two points."""

    params: Params
    points: list[Point] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """CPU seconds of training in all."""
        return self.points[-1].seconds if self.points else 0.0


def fit(
    params: Mapping[str, Tensor],
    gradients: Callable[[Params, Batch], tuple[float, Params]],
    epoch: Callable[[int], Iterable[Batch]],
    steps_an_epoch: int,
    plan: Plan,
    measure: Callable[[Params], dict[str, float]] = lambda _: {},
    path: Path | None = None,
    progress: Callable[[Point], None] = lambda _: None,
    memory: Mapping[str, Tensor] | None = None,
) -> Trained:
    """Trains with Adam, from the given weights or from where a run of the same name was stopped.

    gradients: from weights and a batch to the loss and a gradient a weight. epoch: from 0, 1, .. to that reading's
    batches, the same ones whenever it is asked; the first tensor of a batch has one row a token. measure: of the
    averaged weights. path: of a checkpoint, written now and then; if it is there, the run goes on from it, and ends as
    if it had never been stopped. progress: is told each point. memory: tensors in which `gradients` keeps something
    from batch to batch, such as a recurrent state; saved and restored with the run, in place.
    """
    weights = {name: value.clone() for name, value in params.items()}
    end = math.ceil(plan.epochs * steps_an_epoch)
    run = _Run(weights, plan, end, memory or {})
    if path is not None and path.exists():
        run.load(path)
    marks = sorted({min(end, max(1, round(mark * steps_an_epoch))) for mark in plan.marks} | {end})
    saved = run.seconds
    while run.step < end:
        reading, done = divmod(run.step, steps_an_epoch)
        for i, batch in enumerate(epoch(reading)):
            if i < done:
                continue  # this reading was begun before the run was stopped
            run.update(gradients, batch)
            if run.step in marks:
                point = run.measured(measure, run.step / steps_an_epoch)
                progress(point)
            if path is not None and (run.seconds - saved > plan.save_every or run.step == end):
                run.save(path)
                saved = run.seconds
            if run.step == end:
                break
    return Trained(run.average, run.points, run.losses)


class _Run:
    """The state of a run: all that a checkpoint holds."""

    def __init__(self, weights: Params, plan: Plan, end: int, memory: Mapping[str, Tensor]) -> None:
        self.weights, self.plan, self.end, self.memory = weights, plan, end, memory
        self.average = {name: value.clone() for name, value in weights.items()}
        groups = [
            {"params": [w for w in weights.values() if w.dim() > 1], "weight_decay": plan.decay},
            {"params": [w for w in weights.values() if w.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=plan.rate, fused=True)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.points: list[Point] = []
        self.losses: list[float] = []
        self.since = (0.0, 0)  # sum of the losses since the last point, and of how many steps

    def update(self, gradients: Callable[[Params, Batch], tuple[float, Params]], batch: Batch) -> None:
        began = time.process_time()
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        loss, grads = gradients(self.weights, batch)
        for name, w in self.weights.items():
            w.grad = grads[name]
        self.optimizer.step()
        self.step += 1
        share = self.plan.last / (self.step + self.plan.last)
        for name, mean in self.average.items():
            mean.lerp_(self.weights[name], share)
        self.seconds += time.process_time() - began
        self.tokens += len(batch[0])
        self.since = (self.since[0] + loss, self.since[1] + 1)

    def rate(self) -> float:
        """Of the next step."""
        left = (self.end - self.step) / self.end  # share of the steps that are to come
        cooled = min(1.0, left / self.plan.cool) if self.plan.cool else 1.0
        return cooled * self.plan.rate / math.sqrt(1 + self.step / self.plan.half)

    def measured(self, measure: Callable[[Params], dict[str, float]], epochs: float) -> Point:
        point = Point(round(self.seconds, 3), self.tokens, round(epochs, 4), measure(self.average))
        self.points.append(point)
        self.losses.append(self.since[0] / self.since[1])
        self.since = (0.0, 0)
        return point

    def save(self, path: Path) -> None:
        tensors = {f"weights.{name}": value for name, value in self.weights.items()}
        tensors |= {f"average.{name}": value for name, value in self.average.items()}
        tensors |= {f"memory.{name}": value for name, value in self.memory.items()}
        for name, w in self.weights.items():
            kept = self.optimizer.state[w]
            tensors |= {f"m.{name}": kept["exp_avg"], f"v.{name}": kept["exp_avg_sq"], f"t.{name}": kept["step"]}
        note: dict[str, Any] = {
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "points": [asdict(point) for point in self.points],
            "losses": self.losses,
            "since": self.since,
        }
        save_tensors(path, tensors, note)

    def load(self, path: Path) -> None:
        tensors, note = load_tensors(path)
        for name, w in self.weights.items():
            w.copy_(tensors[f"weights.{name}"])
            self.average[name].copy_(tensors[f"average.{name}"])
            self.optimizer.state[w] = {
                "step": tensors[f"t.{name}"],
                "exp_avg": tensors[f"m.{name}"],
                "exp_avg_sq": tensors[f"v.{name}"],
            }
        for name, kept in self.memory.items():
            kept.copy_(tensors[f"memory.{name}"])
        self.step, self.tokens, self.seconds = note["step"], note["tokens"], note["seconds"]
        self.points = [Point(**point) for point in note["points"]]
        self.losses, self.since = note["losses"], tuple(note["since"])
