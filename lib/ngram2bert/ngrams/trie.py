"""All orders of an n-gram model as one trie in sorted arrays: the ground the fast models stand on.

Level k holds the k-grams. A k-gram is its first k-1 words, which are row i of the level below, and its last word w;
its key is i V + w. Keys of a level ascend, so one bisection takes a whole text one word further. It stores no
probabilities: arrays beside it do, one value a row.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import torch
from torch import Tensor

from .vocabulary import BOS, EOS


def pad(sentences: list[list[int]], borders: int) -> Tensor:
    """The sentences end to end, `borders` times `<s>` before each and one `</s>` after it. Returns (T,) int64."""
    start, end = [BOS] * borders, [EOS]
    length = sum(map(len, sentences)) + (borders + 1) * len(sentences)
    stream = chain.from_iterable(chain.from_iterable((start, sentence, end) for sentence in sentences))
    return torch.from_numpy(np.fromiter(stream, dtype=np.int64, count=length))


def at(values: Tensor, row: Tensor, missing: Tensor | float) -> Tensor:
    """`values[row]`, and `missing` where the row is -1. values: (U,), U may be 0; row: (...). Returns (...) float64."""
    if not len(values):
        return torch.zeros_like(row, dtype=torch.float64) + missing
    return torch.where(row < 0, missing, values[row])


class Trie:
    """The n-grams of orders 1 to n.

    keys: for each order the ascending keys (U_k,) int64; level 1 is `arange(V)`, so that a word is its own row.
    vocab_size: V, with `<s>`.
    """

    def __init__(self, keys: list[Tensor], vocab_size: int) -> None:
        self.keys = keys
        self.vocab_size = vocab_size

    @property
    def order(self) -> int:
        """n, the number of levels."""
        return len(self.keys)

    def nodes(self, ids: Tensor) -> list[Tensor]:
        """The row of every k-gram of a text, for k = 1 .. n, -1 where the trie does not hold it.

        ids: (..., T) word numbers. Returns n tensors; in the one of level k, (..., T-k+1), place j is the k-gram of
        words j .. j+k-1. Raises ValueError for a number that is not a word.
        """
        if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) >= self.vocab_size):
            raise ValueError(
                f"word numbers from {int(ids.min())} to {int(ids.max())}, but the model knows 0 to "
                f"{self.vocab_size - 1}: encode the text with the vocabulary of the training text"
            )
        nodes = [ids]
        for k in range(2, min(self.order, ids.shape[-1]) + 1):
            nodes.append(self.extend(k, nodes[-1][..., :-1], ids[..., k - 1 :]))  # (..., T-k+1)
        return nodes

    def extend(self, k: int, node: Tensor, word: Tensor) -> Tensor:
        """The row at level k of row `node` of level k-1 followed by `word`, -1 where there is none. Same shapes."""
        keys = self.keys[k - 1]
        if not len(keys):
            return torch.full_like(word, -1)
        target = torch.where(node < 0, -1, node * self.vocab_size + word)
        place = torch.searchsorted(keys, target).clamp(max=len(keys) - 1)
        return torch.where(keys[place] == target, place, -1)

    def children(self, k: int, node: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Every row of level k that extends one of the given rows of level k-1.

        node: (B,) rows, -1 for none. Returns three (M,): the place in `node`, the row at level k, its last word.
        """
        keys = self.keys[k - 1]
        low = torch.searchsorted(keys, node * self.vocab_size)  # (B,)
        high = torch.searchsorted(keys, (node + 1) * self.vocab_size)
        width = torch.where(node < 0, 0, high - low)  # (B,)
        place = torch.repeat_interleave(torch.arange(len(node)), width)  # (M,)
        offset = torch.arange(len(place)) - (width.cumsum(0) - width)[place]  # (M,) 0, 1, .. within each node
        row = low[place] + offset
        return place, row, keys[row] % self.vocab_size

    def grams(self, k: int) -> Tensor:
        """The words of every row of level k, (U_k, k), in lexicographic order."""
        words, row = [], torch.arange(len(self.keys[k - 1]))
        for level in range(k, 0, -1):
            key = self.keys[level - 1][row]
            words.append(key % self.vocab_size)
            row = key // self.vocab_size
        return torch.stack(words[::-1], dim=1)
