"""What every fast n-gram model can do, however it smooths: score, judge and write text.

How probabilities come from the trie is left to `BackoffModel` and `MixtureModel`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor

from .sampling import sample_sentences
from .trie import Trie, pad
from .vocabulary import BOS, EOS


class NgramModel(ABC):
    """An n-gram model over a trie. Word numbers as in `encode_splits`: 0 `<s>`, 1 `</s>`."""

    def __init__(self, trie: Trie) -> None:
        self.trie = trie

    @property
    def order(self) -> int:
        """n: a word is predicted from the n-1 words before it."""
        return self.trie.order

    @property
    def vocab_size(self) -> int:
        """V, with `<s>`."""
        return self.trie.vocab_size

    @abstractmethod
    def window_probs(self, ids: Tensor) -> Tensor:
        """The probability of each word that has n-1 words before it, given those.

        ids: (..., T), T of n or more. Returns (..., T-n+1) float64, for the words at n-1 .. T-1.
        """

    @abstractmethod
    def next_probs(self, context: Tensor) -> Tensor:
        """The probability of every word after each context: (B, n-1) int64 to (B, V) float64. `<s>` has 0."""

    def prob(self, query: Tensor) -> Tensor:
        """The probability of the last word of each n-gram given the others: (Q, n) to (Q,) float64."""
        if query.shape[-1] != self.order:
            raise ValueError(f"the query has {query.shape[-1]} words a row and the model is of order {self.order}")
        return self.window_probs(query)[..., 0]

    def token_bits(self, sentences: list[list[int]], unk: int | None = None) -> Tensor:
        """-log2 p of every token in the order of the text, `</s>` included.

        sentences: lists of word numbers without borders. unk: a word number that is not scored, or None.
        Returns (N,) float64, infinite where the probability is 0.
        """
        text = pad(sentences, self.order - 1)  # (T,)
        scored = text != BOS
        if unk is not None:
            scored &= text != unk
        if not scored.any():
            return torch.empty(0, dtype=torch.float64)
        probs = self.window_probs(text)  # (T-n+1,)
        return -probs[scored[self.order - 1 :]].log2()

    def bits(self, sentences: list[list[int]], unk: int | None = None) -> float:
        """Cross-entropy: the mean of `token_bits`. Raises ValueError for a text without a token to score."""
        bits = self.token_bits(sentences, unk)
        if not len(bits):
            raise ValueError("no token to score: give at least one sentence")
        return float(bits.mean())

    def perplexity(self, sentences: list[list[int]], unk: int | None = None) -> float:
        """2 to the power of `bits`. Jurafsky & Martin, 3rd edition, chapter 3."""
        return float(2 ** self.bits(sentences, unk))

    def entropy(self, context: Tensor) -> Tensor:
        """How undecided the model is after each context: (B, n-1) to (B,) bits."""
        probs = self.next_probs(context)  # (B, V)
        nats: Tensor = -torch.special.xlogy(probs, probs).sum(dim=1)  # (B,) xlogy(0, 0) is 0
        return nats / math.log(2)

    def sample(self, draws: int, length: int, generator: torch.Generator) -> Tensor:
        """Draws sentences of at most `length` words: (draws, length) int64, filled up with `</s>`."""
        return sample_sentences(self.next_probs, draws, length, self.order, BOS, EOS, generator)
