"""The adding problem: two marked numbers far apart in a sequence, their sum to be told at its end.

    x_t = (value in [0, 1], mark 0 or 1)      target = the sum of the two values whose mark is 1

A sequence has T = 2 lag steps, one mark in its first half and one in its second: the first value must be kept for `lag`
steps or more. Always to answer 1 has the mean squared error 1/6. An answer is right if it is off by less than 0.04 of
the range, 0.08. Source: Hochreiter & Schmidhuber 1997, section 5.4, where both marks lie in the first half, which makes
learning much slower; in the form of Arjovsky, Shah & Bengio 2016.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from .net import CELLS

NEAR = 0.08
CHANCE = 1 / 6  # variance of the sum of two even draws from [0, 1]
TESTED = 512  # sequences
ENOUGH = 0.99  # share of right answers at which the problem counts as solved


@dataclass(frozen=True)
class Learned:
    """One network's course: at each point CPU seconds of training, sequences seen, mean squared error and share of
    right answers on fresh sequences."""

    kind: str
    seed: int
    seconds: tuple[float, ...]
    sequences: tuple[int, ...]
    error: tuple[float, ...]
    right: tuple[float, ...]

    @property
    def solved(self) -> float:
        """CPU seconds after which two tests in a row, or the last one, had enough right; infinity if none did."""
        enough = [right >= ENOUGH for right in self.right]
        both = (a and b for a, b in zip(enough, [*enough[1:], True], strict=True))
        return next((seconds for seconds, good in zip(self.seconds, both, strict=True) if good), float("inf"))


def adding_problem(lag: int, count: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """`count` sequences: inputs (2 lag, count, 2), targets (count,). Raises ValueError for a lag below 1."""
    if lag < 1:
        raise ValueError(f"a lag of {lag}: give 1 or more")
    values = torch.rand(2 * lag, count, generator=generator)
    first, second = torch.randint(lag, (2, count), generator=generator)
    columns, marks = torch.arange(count), torch.zeros(2 * lag, count)
    marks[first, columns] = marks[lag + second, columns] = 1.0
    return torch.stack([values, marks], 2), (values * marks).sum(0)


class Adder(nn.Module):
    """A cell of h units and one number read off its last state. An LSTM's forget gate begins with a bias of 1."""

    def __init__(self, kind: str, h: int, forget: float) -> None:
        super().__init__()
        self.cell = CELLS[kind](2, h)
        self.out = nn.Linear(h, 1)
        if kind == "lstm":
            nn.init.constant_(self.cell.all_weights[0][2][h : 2 * h], forget)

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs (T, B, 2) to answers (B,)."""
        hs, _ = self.cell(inputs)
        answers: Tensor = self.out(hs[-1])[:, 0]
        return answers


def learn_adding(
    kind: str,
    lag: int = 100,
    seed: int = 1,
    seconds: float = 60.0,
    sequences: int | None = None,
    h: int = 32,
    batch: int = 32,
    rate: float = 0.01,
    limit: float = 1.0,
    forget: float = 1.0,
    every: int = 100,
    progress: Callable[[str], None] = lambda _: None,
) -> Learned:
    """Trains with Adam on fresh sequences for so many CPU seconds, or so many sequences if given.

    It stops early after two tests in a row with 99 right of 100. every: steps between two tests.
    """
    generator, fresh = Generator().manual_seed(seed), Generator().manual_seed(10_000)
    asked = [adding_problem(lag, TESTED // 4, fresh) for _ in range(4)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Adder(kind, h, forget)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    spent, step = 0.0, 0
    rows: list[tuple[float, int, float, float]] = []
    while spent < seconds if sequences is None else step * batch < sequences:
        began = time.process_time()
        inputs, targets = adding_problem(lag, batch, generator)
        loss = ((net(inputs) - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), limit)
        optimizer.step()
        spent += time.process_time() - began
        step += 1
        if step % every == 0:
            rows.append((round(spent, 2), step * batch, *_tested(net, asked)))
            progress(f"{kind}, seed {seed}: {spent:.0f} s, error {rows[-1][2]:.4f}")
            if len(rows) > 1 and min(rows[-1][3], rows[-2][3]) >= ENOUGH:
                break
    times, seen, errors, rights = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Learned(kind, seed, times, seen, errors, rights)


def _tested(net: Adder, asked: Sequence[tuple[Tensor, Tensor]]) -> tuple[float, float]:
    """Mean squared error, and the share of answers that are right."""
    with torch.no_grad():
        off = torch.cat([net(inputs) - targets for inputs, targets in asked])
    return float((off**2).mean()), float((off.abs() < NEAR).double().mean())
