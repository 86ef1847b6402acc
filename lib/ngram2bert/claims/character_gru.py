"""A GRU that spells words letter by letter, and how good it is after so many seconds of one processor.

It is the opponent in a race, so it is given what helps it on a clock: words of one length a batch (no padding), Adam
at a rate that falls with the square root of the steps, clipped gradients, and an average of its weights over about the
last tenth of its steps, so that it is as good as it can be at every moment, not only at the end of a schedule. Chapter
06 builds a GRU; this one is torch's.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Text = list[list[int]]
BOS, EOS = 0, 1


@dataclass(frozen=True)
class Settings:
    """Chosen on validation words; what else was tried: `long_characters.TRIED`."""

    hidden: int = 256
    embedding: int = 32
    rate: float = 0.006
    half: float = 1000.0  # after t steps the rate is rate / sqrt(1 + t / half)
    batch: int = 64  # words
    clip: float = 1.0
    last: float = 10.0  # weights are averaged over about 1/last of the steps so far


@dataclass(frozen=True)
class Point:
    """bits: a character, end of word included, on held-out words, after `seconds` of CPU time and `tokens` read."""

    seconds: float
    tokens: int
    bits: float


class Speller(nn.Module):
    """p(next character | the word so far): embedding, GRU, linear."""

    def __init__(self, vocab_size: int, settings: Settings) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, settings.embedding)
        self.gru = nn.GRU(settings.embedding, settings.hidden, batch_first=True)
        self.out = nn.Linear(settings.hidden, vocab_size)

    def forward(self, text: Tensor) -> Tensor:
        """Words with `<s>` (B, T) to logits of what follows each character (B, T, V)."""
        logits: Tensor = self.out(self.gru(self.embedding(text))[0])
        return logits


def by_length(words: Text) -> list[Tensor]:
    """For each length the words of it as (B, length+2), with `<s>` and `</s>`."""
    groups: dict[int, list[list[int]]] = {}
    for word in words:
        groups.setdefault(len(word), []).append([BOS, *word, EOS])
    return [torch.tensor(groups[length]) for length in sorted(groups)]


def nats(model: Speller, words: Tensor, reduction: str = "mean") -> Tensor:
    """The cross-entropy of words (B, T+1), every character but `<s>` predicted."""
    return F.cross_entropy(model(words[:, :-1]).flatten(0, 1), words[:, 1:].flatten(), reduction=reduction)


@torch.no_grad()
def bits(model: Speller, groups: list[Tensor]) -> float:
    """Bits a character on grouped words."""
    total = sum(nats(model, part, "sum").item() for group in groups for part in group.split(1024))
    return total / sum(group[:, 1:].numel() for group in groups) / math.log(2)


def epoch(groups: list[Tensor], batch: int, generator: torch.Generator) -> Iterator[Tensor]:
    """All words once, batches of one length each, in random order."""
    batches = [part for group in groups for part in group[torch.randperm(len(group), generator=generator)].split(batch)]
    for i in torch.randperm(len(batches), generator=generator).tolist():
        yield batches[i]


def train(
    words: Text, held_out: Text, vocab_size: int, budget: float, seed: int, settings: Settings | None = None
) -> list[Point]:
    """Trains for `budget` seconds of CPU time; measuring is not counted. Points after 1, 1.4, 2, 2.8, .. seconds."""
    settings = settings or Settings()
    groups, asked = by_length(words), by_length(held_out)
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Speller(vocab_size, settings)
    averaged = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.rate)
    points: list[Point] = []
    spent, tokens, steps, due = 0.0, 0, 0, min(1.0, budget)
    while spent < budget:
        for batch in epoch(groups, settings.batch, generator):
            began = time.process_time()
            for options in optimizer.param_groups:
                options["lr"] = settings.rate / math.sqrt(1 + steps / settings.half)
            optimizer.zero_grad()
            nats(model, batch).backward()
            nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
            optimizer.step()
            steps += 1
            with torch.no_grad():
                for mean, now in zip(averaged.parameters(), model.parameters(), strict=True):
                    mean.lerp_(now, settings.last / (steps + settings.last))
            spent += time.process_time() - began
            tokens += batch[:, 1:].numel()
            if spent >= due:
                points.append(Point(round(spent, 3), tokens, bits(averaged, asked)))
                due = min(max(due, spent) * math.sqrt(2), budget)
            if spent >= budget:
                break
    return points


def described(settings: Settings, vocab_size: int) -> dict[str, float]:
    """The settings and the number of parameters, for the record."""
    size = sum(parameter.numel() for parameter in Speller(vocab_size, settings).parameters())
    return {**asdict(settings), "parameters": size}
