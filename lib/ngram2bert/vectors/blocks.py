"""The text in blocks of neighbouring words, for the fast trainers: matrix products instead of a loop over pairs.

A block is ROWS centres in the order of the text, with the words around them as columns: ROWS + 2 window of them. All
pairs of a block are entries of one matrix of scores, most of which are too far apart and get weight 0. That wastes
arithmetic and saves what costs more: each vector is fetched once a block, not once a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

ROWS = 32  # centres a block
BLOCKS = 16  # blocks a step, at most: the gradient of all pairs of a step is taken at the same weights
CROWD = 25  # noise words that a step may draw for a word of the vocabulary; at 40 a vocabulary of 30 words diverges
PIECE = 1 << 18  # words of the text that are prepared at a time


@dataclass(frozen=True)
class Step:
    """centres: (b, R) ids; around: (b, R + 2w) ids of the words around them; pairs: (b, R, R + 2w) float, 1 where the
    column is an output of the row. Places past the end have id 0 and no pair. share: of the work done, 0 to 1."""

    centres: Tensor
    around: Tensor
    pairs: Tensor
    share: float


def blocks_a_step(noise: Tensor, k: int) -> int:
    """BLOCKS, or fewer for a vocabulary so small that a step would change each of its vectors very often.

    noise: (V,) the distribution; what counts is 1 / sum of its squares, the number of words that would be drawn equally
    often. k: noise words a pair. A text of some thousand words or more always gets BLOCKS.
    """
    words = 1 / float((noise * noise).sum())
    return max(1, min(BLOCKS, int(CROWD * words / (k * ROWS))))


def flatten(sentences: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """(ids (N,), number of the sentence (N,)), both int32."""
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
    ids = np.fromiter((word for sentence in sentences for word in sentence), np.int32, int(lengths.sum()))
    return ids, np.repeat(np.arange(len(sentences), dtype=np.int32), lengths)


def steps(
    text: tuple[np.ndarray, np.ndarray],
    keep: np.ndarray,
    window: int,
    chance: np.random.Generator,
    drawn: bool = True,
    together: int = BLOCKS,
) -> Iterator[Step]:
    """One reading: words are dropped, windows drawn, blocks shuffled within a piece of the text.

    Windows do not reach over the border of a piece: of 5.8 million words 22 borders lose a few pairs each.

    text: from `flatten`; keep: (V,) from `keep_probability`; drawn: each word's reach is 1 to window, else window;
    together: blocks a step.
    """
    ids, sentence = text
    offsets = np.arange(ROWS + 2 * window) - window  # of the columns, from the block's first word
    apart = np.abs(offsets[None, :] - np.arange(ROWS)[:, None]).astype(np.int32)  # (R, R + 2w)
    apart[apart == 0] = 1 << 20  # a word is not its own neighbour
    for first in range(0, len(ids), PIECE):
        part = slice(first, first + PIECE)
        kept = chance.random(len(ids[part]), dtype=np.float32) < keep[ids[part]]
        words, numbers = ids[part][kept], sentence[part][kept]
        reach = chance.integers(1, window + 1, len(words), dtype=np.int32) if drawn else np.full(len(words), window)
        blocks = -(-len(words) // ROWS)
        tail = blocks * ROWS - len(words) + window
        words = np.pad(words, (window, tail)).astype(np.int64)
        numbers = np.pad(numbers, (window, tail), constant_values=-1)
        reach = np.pad(reach, (0, blocks * ROWS - len(reach))).reshape(blocks, ROWS)
        order = chance.permutation(blocks)
        for i in range(0, blocks, together):
            chosen = order[i : i + together]
            columns = chosen[:, None] * ROWS + np.arange(ROWS + 2 * window)  # (b, R + 2w), padding counted
            around, belongs = words[columns], numbers[columns]
            mine = belongs[:, window : window + ROWS, None]  # (b, R, 1)
            pairs = (apart <= reach[chosen][:, :, None]) & (belongs[:, None, :] == mine) & (mine >= 0)
            share = (first + (i / blocks) * len(kept)) / len(ids)
            yield Step(
                torch.from_numpy(around[:, window : window + ROWS]),
                torch.from_numpy(around),
                torch.from_numpy(pairs.astype(np.float32)),
                share,
            )
