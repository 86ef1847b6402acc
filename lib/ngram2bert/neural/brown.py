"""Training on Brown: the settings, and one function that `claims`, the shipped checkpoint and the notebook all use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from ..corpora import brown
from ..ngrams.vocabulary import BOS, EOS, encode_splits
from ..training import Plan, Point, Trained, fit
from .examples import contexts, epoch
from .fast import fast_gradients
from .model import NeuralLM
from .params import new_params

Text = list[list[int]]
MIN_COUNT = 4  # Bengio merges words that occur 3 times or fewer


@dataclass(frozen=True)
class Settings:
    """Of the network and of its training; chosen on validation text.

    n, m, h, direct: as in `new_params`; batch: examples a step; dropout: share of x and of a that is left out.
    """

    n: int = 5
    m: int = 64
    h: int = 128
    direct: bool = False
    batch: int = 256
    dropout: float = 0.2
    rate: float = 0.006
    half: float = 1000.0
    decay: float = 0.0


@lru_cache(maxsize=1)
def brown_text() -> tuple[list[str], Text, Text, Text]:
    """(words, train, validation, test) of Bengio's split, as in chapter 01."""
    texts = [[list(sentence) for sentence in part.sentences] for part in brown().split()]
    words, (train, validation, test) = encode_splits(texts, MIN_COUNT)
    return words, train, validation, test


def train_on(
    train: Text,
    vocab_size: int,
    settings: Settings,
    epochs: float,
    seed: int,
    marks: tuple[float, ...] = (),
    measure: Callable[[dict[str, Tensor]], dict[str, float]] = lambda _: {},
    path: Path | None = None,
    cool: float = 0.0,
    progress: Callable[[Point], None] = lambda _: None,
) -> Trained:
    """Trains Bengio's network on sentences of word numbers. The seed decides weights, batches and dropout.

    marks, measure, path, cool, progress: as for `training.fit`; measure is given the parameters.
    """
    inputs, targets = contexts(train, settings.n, BOS, EOS)
    params = new_params(vocab_size, settings.n, settings.m, settings.h, settings.direct, seed)

    def reading(number: int) -> Iterator[tuple[Tensor, ...]]:
        generator = torch.Generator().manual_seed(1000 * seed + number)
        for rows, words in epoch(inputs, targets, settings.batch, generator):
            yield rows, words, *_masks(settings, len(words), generator)

    plan = Plan(epochs, settings.rate, settings.half, settings.decay, cool, marks=marks)
    return fit(params, _gradients, reading, math.ceil(len(targets) / settings.batch), plan, measure, path, progress)


def _gradients(params: dict[str, Tensor], batch: tuple[Tensor, ...]) -> tuple[float, dict[str, Tensor]]:
    rows, words, *keep = batch
    return fast_gradients(params, rows, words, (keep[0], keep[1]) if keep else None)


def _masks(settings: Settings, rows: int, generator: torch.Generator) -> list[Tensor]:
    """What dropout keeps of x and of a, divided by the share that is kept; none without dropout."""
    if not settings.dropout:
        return []
    kept = 1 - settings.dropout
    widths = ((settings.n - 1) * settings.m, settings.h)
    return [(torch.rand(rows, width, generator=generator) < kept).float() / kept for width in widths]


def perplexities(params: dict[str, Tensor], **texts: Text) -> dict[str, float]:
    """Perplexity of each text under a network with these parameters."""
    model = NeuralLM(params)
    return {name: model.perplexity(text) for name, text in texts.items()}
