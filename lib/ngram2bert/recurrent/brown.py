"""Training on Brown: the settings, and one function that claims, shipped checkpoints and notebooks all use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from ..lstm.batches import contiguous_batches
from ..ngrams.vocabulary import BOS, EOS
from ..rnn.batches import pad_batch
from ..training import Plan, Point, Trained, fit
from .batches import Text, groups, stream
from .net import State, new_net
from .sampled import SampledLoss

Batch = tuple[Tensor, ...]


@dataclass(frozen=True)
class Settings:
    """Of the network and of its training; chosen on validation text.

    kind, m, layers: as in `TiedNet`; steps, batch: T and B; restart: the share of chunks that begin with a zero state
    in place of the one that the chunk before left behind: 0 is stateful training, 1 is stateless; sentences: batches
    of whole sentences, each from a zero state, about steps x batch words together, `restart` not used; dropout: share
    of the word vectors' and of the states' numbers that is left out; limit: of the gradient's norm; head, noise: as in
    `SampledLoss`.
    """

    kind: str = "lstm"
    m: int = 128
    layers: int = 1
    steps: int = 32
    batch: int = 32
    restart: float = 0.0
    sentences: bool = False
    dropout: float = 0.0
    rate: float = 0.012
    half: float = 1000.0
    limit: float = 1.0
    head: int = 500
    noise: int = 500

    def name(self) -> str:
        """What differs from the usual settings, in a line that fits into a file's name."""
        usual = vars(Settings())
        told = [f"{key}{value:g}" for key, value in vars(self).items() if key != "kind" and value != usual[key]]
        return "-".join([self.kind, *told])


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
    """Trains on sentences of word numbers, in the order of the text. The seed decides weights, batches and dropout.

    The text is cut into `batch` columns that are read side by side, `steps` words at a time; every reading begins at
    another of its first words, so that the chunks' borders lie elsewhere. Two runs of one seed read the same batches,
    whatever their `restart`. marks, measure, path, cool, progress: as for `training.fit`.
    """
    text = stream(train)
    counts = torch.bincount(text[1:], minlength=vocab_size)
    net = new_net(settings.kind, counts, settings.m, settings.layers, seed)
    task = _Task(settings, counts)
    readings = _sentences if settings.sentences else _chunks

    def reading(number: int) -> Iterator[Batch]:
        return readings(train, text, settings, Generator().manual_seed(1000 * seed + number))

    steps = sum(1 for _ in readings(train, text, settings, Generator().manual_seed(0)))
    plan = Plan(epochs, settings.rate, settings.half, 0.0, cool, marks=marks)
    params = {name: weight.detach() for name, weight in net.named_parameters()}
    return fit(params, task, reading, steps, plan, measure, path, progress, task.memory)


def _chunks(train: Text, text: Tensor, settings: Settings, generator: Generator) -> Iterator[Batch]:
    """One reading of the stream: targets (T B,), inputs (T, B), where the targets stand, a seed, and which columns
    begin anew (B,)."""
    T, B = settings.steps, settings.batch
    offset = int(torch.randint(T, (), generator=generator))
    everywhere = torch.arange(T * B)
    length = (len(text) - T) // (T * B) * T * B + 1  # the same number of chunks, wherever the reading begins
    for i, (inputs, targets) in enumerate(contiguous_batches(text[offset : offset + length], B, T)):
        anew = torch.rand(B, generator=generator) < (1.0 if i == 0 else settings.restart)
        yield targets.flatten(), inputs, everywhere, torch.randint(2**62, (1,), generator=generator), anew


def _sentences(train: Text, text: Tensor, settings: Settings, generator: Generator) -> Iterator[Batch]:
    """One reading, sentence by sentence: targets (N,), inputs (T, B), the targets' places among T B, and a seed."""
    # The batches of every reading are as many: sentences of a length change places, lengths do not.
    for numbers in groups(train, settings.steps * settings.batch, generator):
        inputs, targets = pad_batch([train[i] for i in numbers], BOS, EOS)
        (places,) = (targets.flatten() >= 0).nonzero(as_tuple=True)
        yield targets.flatten()[places], inputs, places, torch.randint(2**62, (1,), generator=generator)


class _Task:
    """The gradient of one batch; between batches it keeps the state, in tensors that a checkpoint saves."""

    def __init__(self, settings: Settings, counts: Tensor) -> None:
        self.settings = settings
        self.loss = SampledLoss(counts, settings.head, settings.noise)
        self.net = new_net(settings.kind, counts, settings.m, settings.layers)
        names = () if settings.sentences else ("h", "c") if settings.kind == "lstm" else ("h",)
        size = (settings.layers, settings.batch, settings.m)
        self.memory = {name: torch.zeros(size) for name in names}

    def __call__(self, params: dict[str, Tensor], batch: Batch) -> tuple[float, dict[str, Tensor]]:
        targets, inputs, places, seed, *anew = batch
        generator = Generator().manual_seed(int(seed))
        net = self.net.bind(params)
        xs = self.dropped(net.embedding(inputs), generator)  # (T, B, m)
        hs, last = net.cell(xs, self.state(*anew))
        self.keep(last)
        hs = self.dropped(hs.flatten(0, 1)[places], generator)  # (N, m)
        loss = self.loss(hs, net.embedding.weight, net.bias, targets, generator)
        names, weights = zip(*net.named_parameters(), strict=True)
        grads = torch.autograd.grad(loss, weights)
        norm = float(torch.stack([grad.norm() for grad in grads]).norm())
        if norm > self.settings.limit:
            torch._foreach_mul_(grads, self.settings.limit / norm)
        return loss.item(), dict(zip(names, grads, strict=True))

    def state(self, anew: Tensor | None = None) -> State | None:
        """What the last batch left behind, zero in the columns that begin anew; None, zero, where nothing is kept."""
        if anew is None:
            return None
        kept = [tensor.masked_fill(anew[:, None], 0.0) for tensor in self.memory.values()]
        return (kept[0], kept[1]) if len(kept) == 2 else kept[0]

    def keep(self, last: State) -> None:
        """Remembers numbers, not the graph that made them."""
        found = last if isinstance(last, tuple) else (last,)
        for tensor, new in zip(self.memory.values(), found, strict=False):
            tensor.copy_(new.detach())

    def dropped(self, x: Tensor, generator: Generator) -> Tensor:
        """Dropout, the rest rescaled."""
        if not self.settings.dropout:
            return x
        kept = 1 - self.settings.dropout
        return x * ((torch.rand(x.shape, generator=generator) < kept).float() / kept)
