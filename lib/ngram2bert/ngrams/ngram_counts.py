"""Counting for the fast models: every order of a text at once, one sort an order.

Equal to `count_ngrams` and `continuation_counts` by test. Two ways to read the start of a sentence:

    bos="raw"           one `<s>` before each sentence; what begins with `<s>` keeps its count in the lower orders,
                        because nothing stands before it. This is what `lmplz` does.
    bos="continuation"  n-1 `<s>` before each sentence; `<s>` is counted like a word: by its left neighbours. This is
                        what NLTK does.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .trie import Trie, pad
from .vocabulary import BOS

BORDERS = ("raw", "continuation")


@dataclass(frozen=True)
class Level:
    """One order. All (U,), a row an n-gram; rows as in the trie."""

    counts: Tensor  # int64, 0 for an n-gram that ends in <s>: nothing predicts it
    word: Tensor  # its last word
    parent: Tensor  # row of its first n-1 words, one level down
    suffix: Tensor  # row of its last n-1 words, one level down
    from_start: Tensor  # bool: it begins with <s>

    def sums(self, values: Tensor, contexts: int) -> Tensor:
        """Adds up a value (U,) over all n-grams with the same context. Returns (contexts,) float64."""
        return torch.bincount(self.parent, weights=values.double(), minlength=contexts)


class NgramCounts:
    """The counts of all orders 1 to n of a text.

    sentences: lists of word numbers without borders, at least one; order: n, 1 or more; vocab_size: V, the length of
    the word list, `<s>` included; bos: "raw" or "continuation". Raises ValueError for anything else.
    """

    def __init__(self, sentences: list[list[int]], order: int, vocab_size: int, bos: str = "raw") -> None:
        if bos not in BORDERS:
            raise ValueError(f'bos is {bos!r}: choose "raw" (as lmplz) or "continuation" (as NLTK)')
        if order < 1 or not sentences:
            raise ValueError(f"order is {order} and there are {len(sentences)} sentences: at least one of each")
        self.bos = bos
        borders = min(order - 1, 1) if bos == "raw" else order - 1
        text = pad(sentences, borders)  # (T,)
        if int(text.min()) < 0 or int(text.max()) >= vocab_size:
            raise ValueError(f"a word number is not in 0 .. {vocab_size - 1}: give vocab_size=len(words)")
        joined = text[1:] != BOS  # (T-1,) may a word and the one before it stand in one n-gram?
        if bos == "continuation":
            joined |= text[:-1] == BOS
        words = torch.arange(vocab_size)
        counts = torch.bincount(text, minlength=vocab_size)
        counts[BOS] = 0
        nothing = torch.zeros_like(words)
        self.levels = [Level(counts, words, nothing, nothing, words == BOS)]
        keys = [words]
        node = text  # (T,) row of the k-gram that ends here, -1 for none
        for _ in range(2, order + 1):
            here = ((node[:-1] >= 0) & joined).nonzero()[:, 0] + 1  # (N,) where a longer one ends
            key = node[here - 1] * vocab_size + text[here]  # (N,)
            unique, row, counts = torch.unique(key, return_inverse=True, return_counts=True)  # (U,), (N,), (U,)
            at = torch.empty_like(unique).index_copy_(0, row, here)  # (U,) one place where it ends
            word, parent, suffix = text[at], node[at - 1], node[at]
            counts[word == BOS] = 0
            self.levels.append(Level(counts, word, parent, suffix, self.levels[-1].from_start[parent]))
            keys.append(unique)
            node = torch.full_like(text, -1).index_copy_(0, here, row)
        self.trie = Trie(keys, vocab_size)

    def adjusted(self) -> list[Tensor]:
        """The counts that Kneser-Ney uses: the highest order as it is, continuation counts below. A (U_k,) an order."""
        counts = [self.levels[-1].counts]
        for level, above in zip(self.levels[-2::-1], self.levels[:0:-1], strict=True):
            types = torch.bincount(above.suffix[above.word != BOS], minlength=len(level.counts))  # (U,)
            if self.bos == "raw":
                types = torch.where(level.from_start, level.counts, types)
            counts.append(types)
        return counts[::-1]
