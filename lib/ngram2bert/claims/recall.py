"""Recall over blanks: symbols, a long nothing, and then: what was it?

    race = run()                              # two symbols, 50 blanks, five networks, about 15 s
    print(race.table())
    print(everything().table())               # three seeds, six tasks, from `ngram2bert claims 05`
    committed(blanks=50, symbols=3).plot()

The sequence: `symbols` letters of an alphabet of 8, `blanks` times the blank, then `symbols` times the question mark;
at each of these the next letter is to be named, in order. From a letter to its answer it is symbols + blanks steps.
Chance is 1/8. After the copying task of Hochreiter & Schmidhuber 1997 and Arjovsky, Shah & Bengio 2016.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from .elman import STARTS, Elman
from .kept import kept
from .recall_race import Mark, Recall, Run
from .record import committed as _committed
from .single import one_thread

ALPHABET, UNITS, BATCH, LIMIT, ASKED = 8, 64, 32, 1.0, 500
EVERY, SOLVED = 25, 0.995  # steps between two measurements; a run that got so far, twice, is done


def draw(count: int, blanks: int, symbols: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Sequences of ids (2 symbols + blanks, count) and their answers (symbols, count), letters 0 .. 7."""
    answers = torch.randint(0, ALPHABET, (symbols, count), generator=generator)
    blank = torch.full((blanks, count), ALPHABET)
    return torch.cat([answers, blank, torch.full((symbols, count), ALPHABET + 1)]), answers


@one_thread
def run(
    blanks: int = 50,
    symbols: int = 2,
    starts: Sequence[str] = STARTS,
    seeds: Sequence[int] = (1,),
    steps: int = 400,
    rate: float = 0.001,
) -> Recall:
    """Trains the networks here and now, on one thread. At the defaults about 15 s.

    blanks, symbols: the task; starts: of `elman.STARTS`; steps: at most; rate: of Adam.
    """
    return Recall([train(start, blanks, symbols, seed, steps, rate) for start in starts for seed in seeds])


def train(
    start: str, blanks: int, symbols: int, seed: int, steps: int, rate: float = 0.001, path: Path | None = None
) -> Run:
    """One network: Adam, gradients clipped at norm 1, batches drawn afresh. path: where a finished run is kept."""
    told = (start, blanks, symbols, seed, steps, rate)
    if path is not None:
        return Run.from_data(kept(path, lambda: asdict(train(*told))))
    model = Elman(ALPHABET + 2, UNITS, ALPHABET, start, seed)
    generator = torch.Generator().manual_seed(1000 + seed)
    asked = draw(ASKED, blanks, symbols, torch.Generator().manual_seed(9))  # the same for all
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    marks = [Mark(0, 0.0, *measured(model, *asked))]
    seconds = 0.0
    for step in range(1, steps + 1):
        ids, answers = draw(BATCH, blanks, symbols, generator)
        began = time.process_time()
        optimizer.zero_grad()
        loss_of(model, ids, answers).backward()
        nn.utils.clip_grad_norm_(model.parameters(), LIMIT)
        optimizer.step()
        seconds += time.process_time() - began
        if step % EVERY == 0 or step == steps:
            marks.append(Mark(step, round(seconds, 3), *measured(model, *asked)))
            if min(mark.accuracy for mark in marks[-2:]) >= SOLVED:
                break
    return Run(start, blanks, symbols, seed, rate, marks)


def loss_of(model: Elman, ids: Tensor, answers: Tensor) -> Tensor:
    """The loss at the question marks, nats."""
    told = model(functional.one_hot(ids, ALPHABET + 2).float())[-len(answers) :]  # (symbols, B, 8)
    return functional.cross_entropy(told.flatten(0, 1), answers.flatten())


@torch.no_grad()
def measured(model: Elman, ids: Tensor, answers: Tensor) -> tuple[float, float]:
    """Loss and accuracy on sequences that are in no batch."""
    told = model(functional.one_hot(ids, ALPHABET + 2).float())[-len(answers) :]  # (symbols, B, 8)
    loss = functional.cross_entropy(told.flatten(0, 1), answers.flatten())
    return round(float(loss), 4), round(float((told.argmax(-1) == answers).float().mean()), 4)


def everything() -> Recall:
    """All runs that `ngram2bert claims 05` recorded, at one rate. Raises FileNotFoundError where there are none."""
    return Recall.from_data(_committed("05-recall")["data"]["recall"])


def committed(blanks: int = 50, symbols: int = 2) -> Recall:
    """The recorded runs of one task. Raises FileNotFoundError where there are none."""
    return everything().of(blanks, symbols)
