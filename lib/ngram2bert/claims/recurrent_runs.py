"""Training runs of recurrent networks that several claims look at, kept in the user's cache folder.

What is scored comes in columns of running text, so that a state can be carried, and at the same words for every model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from ..corpora.cache import cache_folder
from ..neural.brown import brown_text
from ..ngrams.vocabulary import BOS
from ..recurrent import RecurrentLM, Settings, TiedNet, net_of, stream, train_on
from ..training import Trained

EPOCHS = 2.0
SEEDS = (1, 2, 3)
MARKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4)
ROWS = 2048  # words scored at a time


@dataclass(frozen=True)
class Scored:
    """Columns of running text. inputs, targets: (warm + L, C), the first `warm` words read, not scored; places: (L, C),
    where each target stands in the stream of the text."""

    inputs: Tensor
    targets: Tensor
    places: Tensor
    warm: int

    @classmethod
    def of(cls, text: Tensor, count: int, length: int, warm: int = 64) -> Scored:
        """`count` columns of `length` words to be scored, evenly spread over a stream (N,)."""
        room = len(text) - 1 - warm - length
        if room < 0:
            raise ValueError(f"a stream of {len(text)} words has no {warm} + {length} in a row")
        begins = torch.linspace(0, room, count).long()  # (C,)
        rows = begins + torch.arange(warm + length)[:, None]  # (warm + L, C)
        return cls(text[rows], text[rows + 1], rows[warm:] + 1, warm)

    @property
    def tokens(self) -> int:
        """How many words are scored."""
        return self.places.numel()


def nats(net: TiedNet, hs: Tensor, targets: Tensor) -> Tensor:
    """-log p of each target (..), under the whole softmax, after states (.., m)."""
    flat, words = hs.reshape(-1, hs.shape[-1]), targets.reshape(-1)
    parts = []
    with torch.no_grad():
        for rows, gold in zip(flat.split(ROWS), words.split(ROWS), strict=True):
            y = net.scores(rows)
            parts.append(y.logsumexp(1) - y.gather(1, gold[:, None])[:, 0])
    return torch.cat(parts).view(targets.shape)


def carried(net: TiedNet, scored: Scored) -> Tensor:
    """-log p of every scored word (L, C), the state carried from the column's first word on."""
    with torch.no_grad():
        hs, _ = net.hidden(scored.inputs)
    return nats(net, hs[scored.warm :], scored.targets[scored.warm :])


def reset(net: TiedNet, scored: Scored, steps: int) -> Tensor:
    """-log p of every scored word (L, C), the state zero at the beginning of every chunk of `steps` words.

    `steps` must divide L.
    """
    length, count = scored.places.shape
    if length % steps:
        raise ValueError(f"columns of {length} words do not fall into chunks of {steps}: {steps} must divide {length}")
    words = scored.inputs[scored.warm :].view(-1, steps, count).transpose(0, 1).reshape(steps, -1)  # (T, L/T C)
    with torch.no_grad():
        hs, _ = net.hidden(words)
    hs = hs.view(steps, -1, count, hs.shape[-1]).transpose(0, 1).flatten(0, 1)  # (L, C, m)
    return nats(net, hs, scored.targets[scored.warm :])


@lru_cache(maxsize=1)
def curve_text() -> Scored:
    """Of the test text, for curves: 32 columns of 256 words."""
    return Scored.of(stream(brown_text()[3]), 32, 256)


def measure(params: dict[str, Tensor], steps: int = 32) -> dict[str, float]:
    """Perplexities on `curve_text`: the state carried, or zero before every 32 words."""
    net = net_of(params).eval()
    return {
        "carried": math.exp(float(carried(net, curve_text()).mean())),
        "reset": math.exp(float(reset(net, curve_text(), steps).mean())),
    }


def by_sentence(params: dict[str, Tensor]) -> dict[str, float]:
    """Perplexity of every twentieth sentence of the test text, each from a zero state with `<s>` first."""
    return {"test": RecurrentLM(params, start=BOS).perplexity(brown_text()[3][::20])}


def trained(
    settings: Settings,
    seed: int,
    epochs: float = EPOCHS,
    marks: tuple[float, ...] = (),
    keep: bool = True,
    cool: float = 0.0,
) -> Trained:
    """A network trained on Brown on one thread; measured at the marks and at the end, if there are marks.

    keep: in the user's cache folder, so that a run that was stopped goes on, and one that is done is not done again.
    """
    words, train, *_ = brown_text()
    path = run_path(settings, seed, epochs, cool) if keep else None
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        asked = (by_sentence if settings.sentences else measure) if marks else _nothing
        return train_on(train, len(words), settings, epochs, seed, marks, asked, path, cool)
    finally:
        torch.set_num_threads(threads)


def _nothing(params: dict[str, Tensor]) -> dict[str, float]:
    """What is measured of a run whose curve nobody wants."""
    return {}


def run_path(settings: Settings, seed: int, epochs: float, cool: float) -> Path:
    """Where a run is kept."""
    cooled = f"-cool{cool:g}" if cool else ""
    return cache_folder().parent / "runs" / f"{settings.name()}-epochs{epochs:g}{cooled}-seed{seed}.safetensors"
