"""Stateful against stateless: how a recurrent model is trained, and how it is then read, two by two.

            read with the state carried     read from zero before every chunk
    trained with the state carried              2 x 2 perplexities, each by position in the chunk
    trained from zero, chunk by chunk

    found = run()                 # one chunk length, one seed, about 20 to 25 s on one core
    print(found.table())
    committed().plot()            # T = 8, 32, 128, three seeds, from `ngram2bert claims 06`

Both trainings read the same batches in the same order with the same number of steps; they differ in one thing, what
the state is at the beginning of a batch. Measured is the same text, whatever the training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor

from ..neural.brown import brown_text
from ..recurrent import Settings, TiedNet, net_of, stream
from .kept import kept as kept_at
from .record import committed as _committed
from .recurrent_runs import EPOCHS, MARKS, Scored, carried, reset, run_path, trained
from .two_by_two import TRAININGS, Cell, TwoByTwo

WORDS = 1024  # of a batch: T x B, the same for every T
BASE = Settings(dropout=0.1)
RESTART = {"stateful": 0.0, "stateless": 1.0}
COLUMNS, LENGTH = 64, 512  # of the test text, for the record


def settings(steps: int, training: str, base: Settings = BASE) -> Settings:
    """For chunks of so many words, 1,024 words a batch."""
    return replace(base, steps=steps, batch=WORDS // steps, restart=RESTART[training])


def run(steps: int = 8, epochs: float = 0.3, seed: int = 1, columns: int = 32, length: int = 256) -> TwoByTwo:
    """The short form: trains both ways here and now, on one thread."""
    scored = Scored.of(stream(brown_text()[3]), columns, length)
    cells = {}
    for training in TRAININGS:
        result = trained(settings(steps, training), seed, epochs, keep=False)
        cells[steps, training] = [look(net_of(result.params), scored, steps, seed, result.seconds)]
    return TwoByTwo(cells, scored.tokens, epochs)


def look(net: TiedNet, scored: Scored, steps: int, seed: int, seconds: float) -> Cell:
    """One network read in both ways: nats by position, and how long its memory c (h, where it has no c) is there."""
    ways = {"carried": carried(net, scored), "reset": reset(net, scored, steps)}
    positions = {name: by_position(loss, steps) for name, loss in ways.items()}
    return Cell(seed, seconds, positions, {name: norms(net, scored, steps, name == "carried") for name in ways})


def by_position(loss: Tensor, steps: int) -> list[float]:
    """The mean over all chunks at each of their positions: (L, C) to T numbers."""
    return [round(value, 5) for value in loss.double().view(-1, steps, loss.shape[1]).mean((0, 2)).tolist()]


def norms(net: TiedNet, scored: Scored, steps: int, is_carried: bool) -> list[float]:
    """The mean length of the state *before* each position of a chunk, in units of the root of h: T numbers.

    On the first eight columns. Before position 0 it is what the chunk begins with.
    """
    words = scored.inputs[:, :8]
    length = words.shape[0] - scored.warm
    state = net.cell(net.embedding(words[: scored.warm]))[1]
    found: list[list[float]] = [[] for _ in range(steps)]
    with torch.no_grad():
        for t in range(length):
            if not is_carried and t % steps == 0:
                state = tuple(s * 0 for s in state) if isinstance(state, tuple) else state * 0
            memory = state[-1] if isinstance(state, tuple) else state
            found[t % steps].append(float(memory.norm(dim=-1).mean()) / math.sqrt(memory.shape[-1]))
            _, state = net.cell(net.embedding(words[scored.warm + t : scored.warm + t + 1]), state)
    return [round(math.fsum(values) / len(values), 4) for values in found]


def committed() -> TwoByTwo:
    """What `ngram2bert claims 06` recorded. Raises FileNotFoundError where there is no record."""
    return TwoByTwo.from_data(_committed("06-stateful")["data"]["found"])


def measured(chunk_lengths: Sequence[int], seeds: Sequence[int], restarts: Sequence[float] = ()) -> TwoByTwo:
    """The long form: every chunk length and training, every seed; and for chunks of 32 words trainings in between,
    which begin this share of the chunks with a zero state."""
    plans = [(steps, training, settings(steps, training)) for steps in chunk_lengths for training in TRAININGS]
    plans += [(32, f"restart {share:g}", replace(settings(32, "stateful"), restart=share)) for share in restarts]
    cells = {(steps, training): [kept(steps, chosen, seed) for seed in seeds] for steps, training, chosen in plans}
    return TwoByTwo(cells, COLUMNS * LENGTH)


def kept(steps: int, chosen: Settings, seed: int) -> Cell:
    """A training and both readings of it, kept in the user's cache folder: what is done is not done again."""

    def made() -> dict[str, Any]:
        result = trained(chosen, seed, marks=MARKS if steps == 32 else ())
        scored = Scored.of(stream(brown_text()[3]), COLUMNS, LENGTH)
        return asdict(look(net_of(result.params), scored, steps, seed, result.seconds))

    return Cell(**kept_at(run_path(chosen, seed, EPOCHS, 0.0).with_suffix(f".read{COLUMNS}x{LENGTH}.json"), made))
