"""Many sentences at once without padding: word t of all of them, then word t + 1 of those that have one.

The sentences of a pack stand in order of length, the longest first, so those that still go on at word t are always the
first ones. An algorithm that walks along time then works on slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

TOKENS = 60_000  # a pack: enough to keep the processor busy, little enough to stay in memory


@dataclass(frozen=True)
class Pack:
    """Some sentences, word by word.

    words    (N,) all words, first those at place 0, then those at place 1, and so on
    alive    how many sentences have a word at each place: never rising
    order    which sentence of the text each row is, (B,), the longest first
    """

    words: Tensor
    alive: tuple[int, ...]
    order: Tensor

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where the words of each place begin, and at the end N."""
        starts = [0]
        for count in self.alive:
            starts.append(starts[-1] + count)
        return tuple(starts)

    @cached_property
    def rows(self) -> Tensor:
        """(N,) which of the B sentences each word belongs to."""
        return torch.cat([torch.arange(count) for count in self.alive])

    @cached_property
    def lasts(self) -> Tensor:
        """(B,) where the last word of each sentence is."""
        lengths = (torch.tensor(self.alive)[:, None] > torch.arange(self.alive[0])).sum(0)  # (B,)
        return torch.tensor(self.starts)[lengths - 1] + torch.arange(self.alive[0])

    def place(self, t: int) -> slice:
        """The words at place t."""
        return slice(self.starts[t], self.starts[t + 1])


def packs(sentences: Sequence[Sequence[int]], tokens: int = TOKENS) -> Iterator[Pack]:
    """The sentences in packs of about so many tokens. Raises ValueError for an empty sentence.

    sentences: lists of numbers.
    """
    order = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
    if order and not len(sentences[order[-1]]):
        raise ValueError(f"sentence {order[-1]} is empty: leave sentences without a word out")
    while order:
        held = count = 0
        while count < len(order) and (held < tokens or not count):
            held += len(sentences[order[count]])
            count += 1
        chosen, order = order[:count], order[count:]
        places = range(len(sentences[chosen[0]]))
        columns = [[sentences[i][t] for i in chosen if len(sentences[i]) > t] for t in places]
        flat = torch.tensor([word for column in columns for word in column], dtype=torch.int64)  # (N,)
        yield Pack(flat, tuple(map(len, columns)), torch.tensor(chosen))
