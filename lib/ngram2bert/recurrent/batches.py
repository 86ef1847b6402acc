"""Text to batches, in two ways: as one stream, to be cut into columns; or by sentences of about one length.

In a stream there is no `<s>`: the `</s>` that ends a sentence is the input from which the next one's first word is
predicted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Generator, Tensor

from ..ngrams.vocabulary import EOS

Text = list[list[int]]


def stream(sentences: Iterable[Sequence[int]]) -> Tensor:
    """All words in the order of the text, `</s>` before the first sentence and after each: (N,) int64."""
    return torch.tensor([EOS, *(word for sentence in sentences for word in (*sentence, EOS))])


def groups(sentences: Sequence[Sequence[int]], places: int, generator: Generator | None = None) -> Iterator[list[int]]:
    """Numbers of sentences of about the same length, at most `places` in a padded batch, or one sentence.

    With a generator the sentences of a length, and the batches, come in random order; without, in order of length.
    """
    order = range(len(sentences))
    shuffled = torch.randperm(len(sentences), generator=generator).tolist() if generator else order
    by_length = sorted(shuffled, key=lambda i: len(sentences[i]))  # stable: equal lengths stay shuffled
    found: list[list[int]] = [[]]
    for i in by_length:
        if found[-1] and (len(sentences[i]) + 1) * (len(found[-1]) + 1) > places:
            found.append([])
        found[-1].append(i)
    turns = torch.randperm(len(found), generator=generator).tolist() if generator else range(len(found))
    return (found[turn] for turn in turns if found[turn])
