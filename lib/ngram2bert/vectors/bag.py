"""CBOW made a language model: the four words before, as a bag, and the next word by negative sampling.

Negative sampling teaches a score s(w, h) that at its best is log p(w|h) - log(k q(w)), q the noise distribution
(Levy & Goldberg 2014, section 3; Goldberg & Levy 2014). Turned round, p(w|h) is proportional to q(w) exp s(w, h). A bag
does not know in which order its words came, and the training never asked for good probabilities of the whole
vocabulary: it says how much order and the softmax are worth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..neural.brown import brown_text
from ..neural.examples import contexts, epoch
from ..neural.model import NeuralLM
from ..ngrams.vocabulary import BOS, EOS
from ..training import Plan, Point, Trained, fit
from .noise import noise_distribution

Params = dict[str, Tensor]


@dataclass(frozen=True)
class BagSettings:
    """n: order, so n-1 words before; m: numbers a vector; shared: noise words a batch, each of which counts
    noise / shared for every word of it; the rest as in `training.Plan`."""

    n: int = 5
    m: int = 64
    noise: float = 20.0
    shared: int = 512
    power: float = 0.75
    batch: int = 512
    rate: float = 0.01
    half: float = 1000.0


class BagLM(NeuralLM):
    """params: C (V, m), O (V, m), log_noise (V,). Asked as chapter 03's network is; `<s>` has probability 0."""

    def __init__(self, params: Mapping[str, Tensor], n: int = 5) -> None:
        super().__init__(params)
        self.n = n

    @property
    def order(self) -> int:
        """n: a word is predicted from the n-1 words before it."""
        return self.n

    @property
    def size(self) -> int:
        """How many numbers it has learned."""
        return self.params["C"].numel() + self.params["O"].numel()

    def log_probs(self, contexts: Tensor) -> Tensor:
        """log p of every next word, in nats: (B, n-1) to (B, V)."""
        if contexts.shape[-1] != self.n - 1:
            raise ValueError(f"contexts of {contexts.shape[-1]} words; this model wants {self.n - 1}")
        h = self.params["C"][contexts].mean(1)  # (B, m)
        return torch.log_softmax(h @ self.params["O"].T + self.params["log_noise"], dim=1)


def gradients(params: Params, batch: tuple[Tensor, ...], k: float) -> tuple[float, Params]:
    """Of the mean loss of negative sampling. batch: contexts (B, n-1), next words (B,), shared noise words (S,)."""
    rows, words, noise = batch
    C, O = params["C"], params["O"]
    h = C[rows].mean(1)  # (B, m)
    drawn = O[noise]  # (S, m)
    positive, negative = (h * O[words]).sum(1), h @ drawn.T  # (B,) and (B, S)
    weight = k / len(noise)
    loss = -torch.nn.functional.logsigmoid(positive).mean()
    loss -= weight * torch.nn.functional.logsigmoid(-negative).sum() / len(words)
    d_positive = (torch.sigmoid(positive) - 1)[:, None] / len(words)  # (B, 1)
    d_negative = torch.sigmoid(negative) * (weight / len(words))  # (B, S)
    d_h = d_positive * O[words] + d_negative @ drawn  # (B, m)
    d_O = torch.zeros_like(O).index_add_(0, words, d_positive * h).index_add_(0, noise, d_negative.T @ h)
    each = (d_h / rows.shape[1]).repeat_interleave(rows.shape[1], 0)  # (B (n-1), m)
    d_C = torch.zeros_like(C).index_add_(0, rows.flatten(), each)
    return loss.item(), {"C": d_C, "O": d_O}


def train_bag(
    epochs: float,
    seed: int = 1,
    settings: BagSettings | None = None,
    marks: tuple[float, ...] = (),
    cool: float = 0.35,
    path: Path | None = None,
    progress: Callable[[Point], None] = lambda _: None,
) -> tuple[Trained, Tensor]:
    """Trains on Brown, Bengio's split; measured is the perplexity of every tenth validation sentence.

    Returns the run, whose `params` hold C and O, and log q (V,). The seed decides weights, batches and noise.
    """
    settings = settings or BagSettings()
    words, train, validation, _ = brown_text()
    inputs, targets = contexts(train, settings.n, BOS, EOS)
    noise = noise_distribution(torch.bincount(targets, minlength=len(words)), settings.power)
    generator = torch.Generator().manual_seed(seed)
    start = {"C": torch.randn(len(words), settings.m, generator=generator) * 0.1}
    start["O"] = torch.randn(len(words), settings.m, generator=generator) * 0.1

    def reading(number: int) -> Iterator[tuple[Tensor, ...]]:
        draws = torch.Generator().manual_seed(1000 * seed + number)
        for rows, targeted in epoch(inputs, targets, settings.batch, draws):
            yield rows, targeted, torch.multinomial(noise, settings.shared, replacement=True, generator=draws)

    def measure(params: Params) -> dict[str, float]:
        model = BagLM(params | {"log_noise": noise.log()}, settings.n)
        return {"validation": model.perplexity(validation[::10])}

    plan = Plan(epochs, settings.rate, settings.half, cool=cool, marks=marks)
    steps = math.ceil(len(targets) / settings.batch)
    run = fit(
        start, lambda p, batch: gradients(p, batch, settings.noise), reading, steps, plan, measure, path, progress
    )
    return run, noise.log()


def bag_lm() -> BagLM:
    """The shipped model. Its words are those of `neural.brown.brown_text`."""
    from ..pretrained import load

    return BagLM(load("bag-brown")[0])
