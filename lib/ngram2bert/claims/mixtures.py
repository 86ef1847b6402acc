"""What a neural model gives to each word of a text, beside what the n-grams gave: their mixture costs nothing more."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from ..neural import NeuralLM, mix
from ..ngrams import NgramModel

Text = list[list[int]]


def nats(model: NgramModel, text: Text) -> Tensor:
    """log p of every token, `</s>` included: (N,) float64."""
    return -model.token_bits(text) * math.log(2)


def perplexity(log_p: Tensor) -> float:
    """Of a text whose tokens got these log probabilities (N,), in nats."""
    return math.exp(-float(log_p.mean()))


@dataclass(frozen=True)
class Mixer:
    """The n-grams' answers on two texts, computed once, and from them what any network is worth beside them.

    best: of the best n-gram, (N,) for the validation and for the test text; trigram: of the interpolated trigram, which
    Bengio mixed in with weight 1/2.
    """

    validation: Text
    test: Text
    best: tuple[Tensor, Tensor]
    trigram: tuple[Tensor, Tensor]

    @classmethod
    def of(cls, best: NgramModel, trigram: NgramModel, validation: Text, test: Text) -> Mixer:
        """Asks both n-gram models for every token."""
        return cls(
            validation,
            test,
            (nats(best, validation), nats(best, test)),
            (nats(trigram, validation), nats(trigram, test)),
        )

    def __call__(self, params: dict[str, Tensor]) -> dict[str, float]:
        """Perplexities of a network with these parameters: `validation` and `test` alone; `mixture`, of the test text
        with the best n-gram, at the weight of the network that EM found on the validation text; and `half`, with the
        interpolated trigram, at 1/2."""
        model = NeuralLM(params)
        held_out, asked = model.token_log_probs(self.validation), model.token_log_probs(self.test)
        weight, mixed_validation = mix(held_out, self.best[0])
        mixed = (asked + math.log(weight)).logaddexp(self.best[1] + math.log1p(-weight))
        _, half_validation = mix(held_out, self.trigram[0], steps=0)
        _, half = mix(asked, self.trigram[1], steps=0)
        return {
            "validation": perplexity(held_out),
            "test": perplexity(asked),
            "mixture_validation": perplexity(mixed_validation),
            "mixture": perplexity(mixed),
            "weight": weight,
            "half_validation": perplexity(half_validation),
            "half": perplexity(half),
        }
