"""A trained network as a language model: the same questions as `ngrams.NgramModel` answers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from ..ngrams.sampling import sample_sentences
from ..ngrams.vocabulary import BOS, EOS
from .examples import contexts as all_contexts
from .forward import forward_pass

ROWS = 512  # contexts at a time: a table of 512 x 14,116 scores is 29 MB


class NeuralLM:
    """Bengio's network with its parameters. Word numbers as in `encode_splits`: 0 `<s>`, 1 `</s>`.

    params: as in `forward_pass`. `<s>` never comes next; its probability, driven to 0 by training, stays where it is.
    """

    def __init__(self, params: Mapping[str, Tensor]) -> None:
        self.params = {name: value.detach().float() for name, value in params.items()}

    @property
    def vocab_size(self) -> int:
        """V, with `<s>`."""
        return len(self.params["C"])

    @property
    def order(self) -> int:
        """n: a word is predicted from the n-1 words before it."""
        return self.params["H"].shape[1] // self.params["C"].shape[1] + 1

    @property
    def size(self) -> int:
        """How many numbers it has learned."""
        return sum(value.numel() for value in self.params.values())

    def log_probs(self, contexts: Tensor) -> Tensor:
        """log p of every next word, in nats: (B, n-1) to (B, V)."""
        if contexts.shape[-1] != self.order - 1:
            raise ValueError(f"contexts of {contexts.shape[-1]} words; this model wants {self.order - 1}")
        return torch.log_softmax(forward_pass(self.params, contexts)[0], dim=1)

    def next_probs(self, context: Tensor) -> Tensor:
        """The probability of every word after each context: (B, n-1) to (B, V) float64."""
        return self.log_probs(context).double().exp()

    def token_log_probs(self, sentences: list[list[int]]) -> Tensor:
        """log p of every token in the order of the text, `</s>` included: (N,) float64, nats."""
        contexts, targets = all_contexts(sentences, self.order, BOS, EOS)
        parts = [torch.empty(0)]
        for rows, words in zip(contexts.split(ROWS), targets.split(ROWS), strict=True):
            parts.append(self.log_probs(rows).gather(1, words[:, None])[:, 0])
        return torch.cat(parts).double()

    def token_bits(self, sentences: list[list[int]]) -> Tensor:
        """-log2 p of every token in the order of the text, `</s>` included: (N,) float64."""
        return -self.token_log_probs(sentences) / math.log(2)

    def bits(self, sentences: list[list[int]]) -> float:
        """Cross-entropy: the mean of `token_bits`. Raises ValueError for a text without a token."""
        bits = self.token_bits(sentences)
        if not len(bits):
            raise ValueError("no token to score: give at least one sentence")
        return float(bits.mean())

    def perplexity(self, sentences: list[list[int]]) -> float:
        """2 to the power of `bits`."""
        return float(2 ** self.bits(sentences))

    def sample(self, draws: int, length: int, generator: torch.Generator) -> Tensor:
        """Draws sentences of at most `length` words: (draws, length) int64, filled up with `</s>`."""
        return sample_sentences(self.next_probs, draws, length, self.order, BOS, EOS, generator)

    def neighbours(self, word: int, count: int = 8) -> list[tuple[int, float]]:
        """The words whose vectors point most nearly the same way: (word, cosine), best first, itself left out."""
        return nearest(self.params["C"], word, count)


def neural_lm() -> NeuralLM:
    """The shipped network: five readings of Brown. Its words are those of `neural.brown.brown_text`."""
    from ..pretrained import load

    return NeuralLM(load("nlm-brown")[0])


def nearest(vectors: Tensor, word: int, count: int = 8) -> list[tuple[int, float]]:
    """The rows (V, m) whose cosine with row `word` is largest: (row, cosine), best first, itself left out."""
    unit = torch.nn.functional.normalize(vectors.float(), dim=1)  # (V, m)
    cosine = unit @ unit[word]  # (V,)
    cosine[word] = -math.inf
    best = cosine.topk(min(count, len(vectors) - 1))
    return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))
