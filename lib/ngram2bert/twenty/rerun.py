"""A model at the twenty places: what it gives the true word, on which rank, and what it guesses instead."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .places import Labels, Place, check_labels, twenty_errors

SPECIAL = ("<s>", "UNK_")  # never shown as a guess
Predict = Callable[[Place], tuple[Sequence[str], Tensor]]


@dataclass(frozen=True)
class Answer:
    """p: of the true word, 0 where the model does not know it; rank: 1 for the most probable word, None where it does
    not know it; guesses: the most probable words and their probabilities, `UNK_` left out."""

    place: Place
    p: float
    rank: int | None
    guesses: tuple[tuple[str, float], ...]

    @property
    def bits(self) -> float:
        """-log2 p."""
        return -math.log2(self.p) if self.p > 0 else math.inf


def rerun(predict: Predict, guesses: int = 3, places: Sequence[Place] | None = None) -> list[Answer]:
    """Asks a model at each place.

    predict: from a `Place`, of which it may read what its kind of model reads (`before`, `earlier`, `after`), to the
    words that it knows and their probabilities (V,). guesses: how many are kept. places: `twenty_errors()` unless
    given.
    """
    answers = []
    for place in twenty_errors() if places is None else places:
        words, probs = predict(place)
        if probs.shape != (len(words),):
            raise ValueError(f"{tuple(probs.shape)} probabilities for {len(words)} words: give one for each word")
        number = {word: i for i, word in enumerate(words)}.get(place.word)
        p = 0.0 if number is None else float(probs[number])
        rank = None if number is None else 1 + int((probs > probs[number]).sum())
        order = torch.argsort(probs, descending=True, stable=True)[: guesses + len(SPECIAL)].tolist()
        best = [(words[i], float(probs[i])) for i in order if words[i] not in SPECIAL]
        answers.append(Answer(place, p, rank, tuple(best[:guesses])))
    return answers


def from_ngrams(next_probs: Callable[[Tensor], Tensor], words: Sequence[str], n: int) -> Predict:
    """A `predict` of an n-gram model: `next_probs` takes contexts (B, n-1) and returns (B, V), as in chapter 01.

    words: the vocabulary, `<s>`, `</s>` and `UNK_` first.
    """
    number = {word: i for i, word in enumerate(words)}

    def predict(place: Place) -> tuple[Sequence[str], Tensor]:
        context = [0] * (n - 1) + [number.get(word, 2) for word in place.before]
        return words, next_probs(torch.tensor([context[len(context) - n + 1 :]], dtype=torch.int64))[0]

    return predict


def by_reason(labels: Labels, **runs: Sequence[Answer]) -> list[dict[str, str | int | float]]:
    """A record a reason that was given: how many places have it and, for each run, the mean bits of the true word and
    how many it has among its first ten.

    labels: the learner's, some or all; runs: what `rerun` returned, by the model's name.
    """
    check_labels(labels)
    records = []
    for reason in dict.fromkeys(labels.values()):
        numbers = {number for number, given in labels.items() if given == reason}
        record: dict[str, str | int | float] = {"reason": reason, "places": len(numbers)}
        for name, answers in runs.items():
            mine = [answer for answer in answers if answer.place.number in numbers]
            record[f"{name} bits"] = math.fsum(answer.bits for answer in mine) / len(mine)
            record[f"{name} in ten"] = sum(answer.rank is not None and answer.rank <= 10 for answer in mine)
        records.append(record)
    return records
