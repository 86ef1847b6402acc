"""Four sentences that every language model of the course completes: does the verb agree with its subject?

    print(agreement(words, fourgram=windowed(model.next_probs, 4), network=windowed(network.next_probs, network.order)))

The subject stands next to the verb, then three words before it, then behind a relative clause, then eight words before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .ngrams.vocabulary import BOS

SENTENCES = (  # the beginning, the form that agrees, the form that does not
    ("The boys", "were", "was"),
    ("The boys in the room", "were", "was"),
    ("The man who saw the boys", "was", "were"),
    ("The results of the last test of the new system", "are", "is"),
)

Next = Callable[[list[int]], Tensor]


@dataclass(frozen=True)
class Agreement:
    """odds: by the model's name, p(right) / p(wrong) for each of `SENTENCES`; above 1 the model agrees."""

    odds: dict[str, tuple[float, ...]]

    def __str__(self) -> str:
        wide = {name: max(12, len(name) + 2) for name in self.odds}
        lines = [f"{'':48}{'right':>6} : {'wrong':6}" + "".join(f"{name:>{w}}" for name, w in wide.items())]
        for i, (before, right, wrong) in enumerate(SENTENCES):
            told = "".join(f"{f'{values[i]:.2f} : 1':>{wide[name]}}" for name, values in self.odds.items())
            lines.append(f"{before:48}{right:>6} : {wrong:6}{told}")
        return "\n".join(lines)


def agreement(words: Sequence[str], **models: Next) -> Agreement:
    """How many times as probable each model finds the verb that agrees as the one that does not.

    words: the vocabulary, which must hold every word of `SENTENCES`; models: by name, from the numbers of the words
    before, without `<s>`, to the probabilities (V,) of the next word.
    """
    number = {word: i for i, word in enumerate(words)}
    odds = {}
    for name, predict in models.items():
        rows = []
        for before, right, wrong in SENTENCES:
            p = predict([number[word] for word in before.split()])
            rows.append(float(p[number[right]] / p[number[wrong]]))
        odds[name] = tuple(rows)
    return Agreement(odds)


def windowed(next_probs: Callable[[Tensor], Tensor], n: int) -> Next:
    """A model of the last n-1 words; its `next_probs` takes contexts (B, n-1) and returns (B, V), as in chapter 01."""

    def predict(before: list[int]) -> Tensor:
        context = [BOS] * (n - 1) + before
        return next_probs(torch.tensor([context[len(context) - n + 1 :]], dtype=torch.int64))[0]

    return predict
