"""Chapter 04: the noise distribution."""

import torch

from autograder.exercises.ch04_common import exercise, ids
from ngram2bert.vectors.noise import noise_distribution as _noise_distribution

noise_distribution = exercise(
    "noise_distribution", of=_noise_distribution, points=2, minutes=5, level=1,
    parts={"power 0.75": 1, "other powers": 1},
    hints=["Of two words one is 16 times as frequent. How many times as often is it drawn when the power is 0.75?",
           "Two lines: raise each count to the power, then divide by a sum. By the sum of what?",
           "`weights = counts.double() ** power`, and the sum is `weights.sum()`, not that of the counts."])


@noise_distribution.cases
def _(r):
    yield "power 0.75", dict(counts=ids([16, 81, 0, 1]))
    yield "power 0.75", dict(counts=ids([5, 1, 9, 2]))
    yield "power 0.75", dict(counts=ids([7]))
    yield "power 0.75", dict(counts=ids([123456789, 3, 40]))
    yield "other powers", dict(counts=ids([5, 0, 9, 2]), power=1.0)
    yield "other powers", dict(counts=ids([4, 25, 1]), power=0.5)
    yield "other powers", dict(counts=ids([4, 25, 1]), power=0.0)
    yield "other powers", dict(counts=torch.tensor([2.5, 0.75, 6.0], dtype=torch.float64), power=1.5)
    v = 2 + r.below(6)
    yield "power 0.75", dict(counts=r.counts(v) + r.integers(v, low=1, high=9))
    counts = r.counts(v)
    counts[r.below(v)] += 3
    yield "other powers", dict(counts=counts, power=r.between(0.2, 0.7))


noise_distribution.mistake(
    "normalised before the power", {"counts.double() ** power": "(counts.double() / counts.sum()) ** power",
                                    "return weights / weights.sum()": "return weights"}, "",
    "You divide first and raise to the power afterwards, so the numbers no longer sum to 1. Divide last.")
noise_distribution.mistake(
    "divided by the sum of the counts", "/ weights.sum()", "/ counts.sum()",
    "You divide by the sum of the counts. It is the sum of the *raised* counts that makes them sum to 1.")
noise_distribution.mistake(
    "divided by the power of the sum", "/ weights.sum()", "/ counts.sum() ** power",
    "You raise the sum to the power. The sum of the powers is another number, and only it makes them sum to 1.")
noise_distribution.mistake(
    "unigram distribution", "counts.double() ** power", "counts.double()",
    "You leave the power out. That is the unigram distribution, from which rare words are hardly ever drawn.")
noise_distribution.mistake(
    "`power` ignored", "** power", "** 0.75",
    "You take 0.75 whatever `power` is.")
noise_distribution.mistake(
    "product for power", "** power", "* power",
    "You multiply by the power, and that cancels in the division. Raise to it: `**`.")
noise_distribution.mistake(
    "one over the power", "** power", "** (1 / max(power, 1e-9))",
    "You raise to 1 / power, so common words gain. The power itself takes from them.")
noise_distribution.mistake(
    "softmax", "return weights / weights.sum()", "return torch.softmax(weights, 0)",
    "You take a softmax: that exponentiates, and the commonest word gets nearly all. Divide by the sum.")
noise_distribution.mistake(
    "rare words favoured", "** power", "** -power",
    "Your power is negative: rare words come most often, and a word that never came gets infinity.")
noise_distribution.mistake(
    "one added to each count", "counts.double() ** power", "(counts.double() + 1) ** power",
    "You add 1 to each count. A word that never came is not to be drawn at all.")
noise_distribution.mistake(
    "no count below 1", "counts.double() ** power", "counts.double().clamp(min=1) ** power",
    "You lift counts of 0 to 1. A word that never came is not to be drawn at all.")
noise_distribution.mistake(
    "divided by the largest", "/ weights.sum()", "/ weights.max()",
    "You divide by the largest. Then the largest is 1 and the sum is more: divide by the sum.")
noise_distribution.mistake(
    "not normalised", "return weights / weights.sum()", "return weights",
    "Your numbers do not sum to 1: they are weights, no distribution yet.")
noise_distribution.mistake(
    "float32", "counts.double() ** power", "counts.float() ** power",
    "You compute in float32, as torch does with a whole number to a broken power. Take `counts.double()` first.")
noise_distribution.mistake(
    "whole numbers", "counts.double() ** power", "(counts ** power).long().double()",
    "You round the raised counts down to whole numbers, so the rare words are all alike.")
noise_distribution.also("shares first, then once more", """
def noise_distribution(counts, power=0.75):
    share = counts.to(torch.float64) / counts.sum()
    raised = torch.pow(share, power)
    return raised / raised.sum()
""")
noise_distribution.also("a loop of plain numbers", """
def noise_distribution(counts, power=0.75):
    raised = [count ** power for count in counts.tolist()]
    return torch.tensor([x / sum(raised) for x in raised], dtype=torch.float64)
""")
noise_distribution.also("by logarithms", """
def noise_distribution(counts, power=0.75):
    scores = counts.double().log()
    if power == 0:
        scores = torch.zeros_like(scores)
    return torch.softmax(power * scores, dim=0)
""")
