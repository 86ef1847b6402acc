"""Bengio et al. 2003 on Brown: a network, the n-grams, and both together.

race = run(epochs=0.1)        # about 20 s on one core
print(race.table())
committed().plot()            # the same over five readings, three seeds, from `ngram2bert claims 03`
print(committed_table())      # the paper's table 1, on our text
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from ..corpora.cache import cache_folder
from ..neural.brown import Settings, brown_text, train_on
from ..ngrams import NgramModel, estimate
from ..training import Trained
from .bengio_table import BengioTable
from .mixtures import Mixer, perplexity
from .neural_race import NeuralRace
from .record import committed as _committed

ORDER = 5
EPOCHS = {1: 5.0, 2: 1.0, 3: 1.0}  # of the long run, by seed
COOL = 0.35  # a run of more than one reading cools over its last steps: this share of them
EVERY = 10  # the curve is measured on every tenth sentence, the table on all
MARKS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)


def run(epochs: float = 0.1, seeds: Sequence[int] = (1,), settings: Settings | None = None) -> NeuralRace:
    """The short race: trains here and now, on one thread, measured on every tenth sentence of the test text."""
    return race({seed: trained(seed, epochs, settings, keep=False) for seed in seeds})


def trained(seed: int, epochs: float, settings: Settings | None = None, keep: bool = True) -> Trained:
    """A network trained on Brown, its curve measured on the way.

    keep: in the user's cache folder, so that a run that was stopped goes on, one that is done is not done again, and a
    longer one begins where a shorter one of the same seed ended.
    """
    settings = settings or Settings()
    words, train, validation, test = brown_text()
    best, trigram, _ = ngrams()
    mixer = Mixer.of(best, trigram, validation[::EVERY], test[::EVERY])
    marks = tuple(mark for mark in MARKS if mark < epochs)
    path = run_path(seed, epochs, settings) if keep else None
    cool = COOL if epochs > 1 else 0.0
    if path and not path.exists() and (shorter := _shorter(seed, epochs, settings)):
        shutil.copyfile(shorter, path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return train_on(train, len(words), settings, epochs, seed, marks, mixer, path, cool)
    finally:
        torch.set_num_threads(threads)


def run_path(seed: int, epochs: float, settings: Settings) -> Path:
    """Where a run is kept."""
    told = "-".join(f"{name}{value:g}" for name, value in vars(settings).items())
    return cache_folder().parent / "runs" / f"nlm-brown-{told}-epochs{epochs:g}-seed{seed}.safetensors"


def _shorter(seed: int, epochs: float, settings: Settings) -> Path | None:
    """The longest finished run of fewer epochs that did not cool and ended before this one does."""
    last = min(1.0, epochs * (1 - COOL))
    known = (run_path(seed, mark, settings) for mark in reversed(MARKS) if mark <= last and mark < epochs)
    return next((other for other in known if other.exists()), None)


_ngrams: list[tuple[NgramModel, NgramModel, float]] = []


def ngrams() -> tuple[NgramModel, NgramModel, float]:
    """The best n-gram (modified Kneser-Ney of order 5), the interpolated trigram, and the first one's CPU seconds."""
    if not _ngrams:
        words, train, validation, _ = brown_text()
        began = time.process_time()
        best = estimate(train, ORDER, len(words))
        seconds = time.process_time() - began
        _ngrams.append((best, estimate(train, 3, len(words), "interpolated", held_out=validation), seconds))
    return _ngrams[0]


def race(runs: dict[int, Trained]) -> NeuralRace:
    """Runs of several seeds beside the n-gram, on the sentences that they were measured on."""
    _, train, _, test = brown_text()
    best, trigram, seconds = ngrams()
    mixer = Mixer.of(best, trigram, [], test[::EVERY])
    curves = {seed: result.points for seed, result in runs.items()}
    tokens = sum(map(len, train)) + len(train)
    return NeuralRace(perplexity(mixer.best[1]), round(seconds, 3), curves, tokens, len(mixer.best[1]))


def committed() -> NeuralRace:
    """The race that `ngram2bert claims 03` recorded. Raises FileNotFoundError where there is none."""
    return NeuralRace.from_data(_committed("03-bengio")["data"]["race"])


def committed_table() -> BengioTable:
    """The table that `ngram2bert claims 03` recorded. Raises FileNotFoundError where there is none."""
    return BengioTable.from_data(_committed("03-bengio")["data"]["table"])
