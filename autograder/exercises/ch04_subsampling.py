"""Chapter 04: subsampling of common words."""

import torch

from autograder.exercises.ch04_common import exercise, ids
from ngram2bert.vectors.subsampling import keep_probability as _keep_probability

keep_probability = exercise(
    "keep_probability", of=_keep_probability, points=2, minutes=6, level=1,
    parts={"common words": 1, "rare words": 1},
    hints=["Of a word that is a tenth of the text, how many times t is that? And what is the most that a probability "
           "may be?",
           "First the shares f, with `counts.double()`, so that they are exact. Then t / f, once: the formula has it "
           "twice. Division by a share of 0 gives infinity, and the smaller of that and 1 is 1.",
           "`ratio = t / f`, then `(ratio.sqrt() + ratio).clamp(max=1)`."])


@keep_probability.cases
def _(r):
    yield "common words", dict(counts=ids([90, 60, 50]), t=0.01)
    yield "common words", dict(counts=ids([70, 50, 31, 20]), t=0.02)
    yield "common words", dict(counts=ids([987654321, 123456789]), t=1e-5)
    yield "common words", dict(counts=torch.tensor([7.5, 2.25, 4.0], dtype=torch.float64), t=0.004)
    yield "rare words", dict(counts=ids([80, 16, 3, 1]), t=0.01)
    yield "rare words", dict(counts=ids([400, 0, 29, 2, 0]), t=0.03)
    yield "rare words", dict(counts=ids([6]), t=0.5)
    yield "rare words", dict(counts=ids([6, 5]), t=0.1)
    v = 3 + r.below(5)
    counts = 20 + r.integers(v, high=200)
    yield "common words", dict(counts=counts, t=r.between(0.001, 0.005))
    rare = r.counts(v)
    rare[r.below(v)] += 300
    yield "rare words", dict(counts=rare, t=r.between(0.001, 0.05))


SUM = "(ratio.sqrt() + ratio)"
keep_probability.mistake(
    "the paper's formula", SUM, "ratio.sqrt()",
    "You keep with probability sqrt(t / f), as the paper has it. The task is the program's formula, which adds t / f.")
keep_probability.mistake(
    "probability to drop", f"return {SUM}.clamp(max=1)", f"return 1 - {SUM}.clamp(max=1)",
    "You return how likely a place is *dropped*. How likely it is kept was asked for: common words get the small "
    "numbers.")
keep_probability.mistake(
    "the paper's probability to drop", f"{SUM}.clamp(max=1)", "(1 - ratio.sqrt()).clamp(min=0)",
    "1 - sqrt(t / f) is what the paper prints for *dropping* a word. Here it is the probability to keep it, with t / f "
    "added.")
keep_probability.mistake(
    "not limited to 1", ".clamp(max=1)", "",
    "A rare word gets more than 1 from you. No probability is above 1: take the smaller of the two.")
keep_probability.mistake(
    "count for share", "counts.double() / counts.sum()", "counts.double()",
    "Your f is the count. It is the word's share of the text: divide by the number of all places.")
keep_probability.mistake(
    "share of the commonest word", "/ counts.sum()", "/ counts.max()",
    "You divide by the largest count. f is the share of all places: divide by their sum.")
keep_probability.mistake(
    "divided by the size of the vocabulary", "/ counts.sum()", "/ len(counts)",
    "You divide by the number of different words. f is the share of all places of the text: divide by the sum of the "
    "counts.")
keep_probability.mistake(
    "f / t for t / f", "ratio = t / f", "ratio = f / t",
    "You take f / t, so the commonest words are kept and the rare ones dropped. It is t / f.")
keep_probability.mistake(
    "root forgotten", "ratio.sqrt() + ratio", "ratio + ratio",
    "You add t / f twice. The first of the two stands under a root.")
keep_probability.mistake(
    "only t / f", SUM, "ratio",
    "You keep with probability t / f, which is far too seldom for common words: the term sqrt(t / f) is missing.")
keep_probability.mistake(
    "square for root", "ratio.sqrt()", "ratio**2",
    "You square t / f. The formula takes its root.")
keep_probability.mistake(
    "root of the whole", SUM, "(ratio + ratio).sqrt()",
    "Your root is over the sum. It is over the first t / f alone.")
keep_probability.mistake(
    "root of f alone", "ratio.sqrt()", "t / f.sqrt()",
    "You take the root of f alone. It is the root of the whole quotient t / f.")
keep_probability.mistake(
    "product for sum", "ratio.sqrt() + ratio", "ratio.sqrt() * ratio",
    "You multiply the two terms. They are added.")
keep_probability.mistake(
    "words that never came are dropped", f"return {SUM}.clamp(max=1)",
    f"return torch.where(counts > 0, {SUM}.clamp(max=1), 0.0)",
    "You give 0 to a word that never came. A rarer word is kept more surely, so at count 0 the answer is 1.")
keep_probability.mistake(
    "words that never came give NaN", "ratio.sqrt()", "(t * f).sqrt() / f",
    "A word with count 0 gives NaN. t / 0 is infinity, and the smaller of infinity and 1 is 1; keep 0 / 0 out of it.")
keep_probability.mistake(
    "float32", "counts.double() / counts.sum()", "counts.float() / counts.sum()",
    "You compute in float32, which torch also does by itself when it divides whole numbers. Take `counts.double()` "
    "first.")
keep_probability.mistake(
    "all words up to t kept, others by the formula", f"return {SUM}.clamp(max=1)",
    f"return torch.where(f > t, {SUM}, 1.0)",
    "You ask whether f is above t. The formula reaches 1 at another share, about 2.6 t: compare its value with 1.")
keep_probability.mistake(
    "kept or dropped at once", f"return {SUM}.clamp(max=1)", f"return ({SUM} >= 1).double()",
    "You return 1 or 0. The answer is a probability: the coin is thrown later, for each place anew.")
keep_probability.mistake(
    "normalised over the words", f"return {SUM}.clamp(max=1)",
    f"keep = {SUM}.clamp(max=1)\n    return keep / keep.sum()",
    "Your numbers sum to 1. They are one probability a word, each of its own: a distribution over words is not asked "
    "for.")
keep_probability.also("as the program has it", """
def keep_probability(counts, t):
    total = counts.double().sum()
    keep = ((counts / (t * total)).sqrt() + 1) * (t * total) / counts.double()
    return torch.minimum(keep, torch.ones_like(keep))
""")
keep_probability.also("a loop of plain numbers", """
def keep_probability(counts, t):
    numbers = counts.tolist()
    answer = []
    for count in numbers:
        if count == 0:
            answer.append(1.0)
        else:
            f = count / sum(numbers)
            answer.append(min(1.0, math.sqrt(t / f) + t / f))
    return torch.tensor(answer, dtype=torch.float64)
""")
keep_probability.also("only where it is below 1", """
def keep_probability(counts, t):
    keep = torch.ones(len(counts), dtype=torch.float64)
    common = counts > 0.3 * t * counts.sum()
    f = counts[common].to(torch.float64) / counts.sum()
    keep[common] = ((t / f) ** 0.5 + t / f).clip(0, 1)
    return keep
""")
