"""Chapter 00: counting in tensors, and all pairs at once."""

import torch

from autograder.exercises.ch00_common import exercise
from ngram2bert.start.distance import total_variation as _total_variation
from ngram2bert.start.leaning import share_positive as _share_positive

share_positive = exercise(
    "share_positive", of=_share_positive, points=2, minutes=2, level=1,
    parts={"common words": 1, "rare and unseen words": 1},
    hints=["How many reviews hold the word in all? What must stand below the line so that a word with no review at "
           "all gets exactly one half?",
           "One review of each kind is added before you divide: 1 above the line and 2 below it. Tensors add and "
           "divide entry by entry, so no loop is needed.",
           "`together = positive + negative`, then return `(positive + 1)` divided by `(together + 2)`."])


@share_positive.cases
def _(r):
    yield "common words", dict(positive=torch.tensor([30]), negative=torch.tensor([10]))
    yield "rare and unseen words", dict(positive=torch.tensor([1]), negative=torch.tensor([0]))
    yield "common words", dict(positive=torch.tensor([30, 8]), negative=torch.tensor([10, 90]))
    yield "common words", dict(positive=torch.tensor([770.0, 14.0, 512.0], dtype=torch.float64),
                               negative=torch.tensor([772.0, 178.0, 179.0], dtype=torch.float64))
    yield "rare and unseen words", dict(positive=torch.tensor([0, 2, 0, 1]), negative=torch.tensor([0, 0, 1, 2]))
    for size in (1, 5):
        yield "common words", dict(positive=r.integers(size, low=3, high=2000),
                                   negative=r.integers(size, low=3, high=2000))
    yield "rare and unseen words", dict(positive=r.counts(6), negative=r.counts(6))


share_positive.mistake(
    "nothing added", {"(positive + 1)": "positive", "(together + 2)": "together"}, "",
    "You divide the counts as they are. A word that one reviewer used then gets exactly 0 or 1, and one that nobody "
    "used gets 0 / 0, which is NaN. Add the two extra reviews.")
share_positive.mistake(
    "+ 1 below the line", "(together + 2)", "(together + 1)",
    "You add 1 below the line. One review of *each* kind was added: that is 1 more positive review and 2 more in all.")
share_positive.mistake(
    "nothing added above the line", "(positive + 1)", "positive",
    "You add 2 below the line and nothing above it. One of the two extra reviews is positive: it counts above the "
    "line as well.")
share_positive.mistake(
    "nothing added below the line", "(together + 2)", "together",
    "You add 1 above the line and nothing below it. The two extra reviews belong to all reviews with the word too.")
share_positive.mistake(
    "half a review of each kind", {"(positive + 1)": "(positive + 0.5)", "(together + 2)": "(together + 1)"}, "",
    "You add half a review of each kind. Some do so (it is called Jeffreys' prior), but the task asks for a whole one: "
    "1 above the line and 2 below.")
share_positive.wrong(
    "guarded, nothing added", """
def share_positive(positive, negative):
    return positive / (positive + negative).clamp(min=1)
""", "You only guard against 0 / 0. A word that a single reviewer used still gets exactly 0 or 1. Add one review of "
     "each "
     "kind, for every word: 1 above the line and 2 below.")
share_positive.mistake(
    "share of the negative", "(positive + 1)", "(negative + 1)",
    "You return the share of *negative* reviews. The positive ones stand above the line.")
share_positive.mistake(
    "odds", "(together + 2)", "(negative + 1)",
    "You divide positive by negative: those are odds, and they can be larger than 1. A share divides by all reviews "
    "that hold the word.")
share_positive.mistake(
    "share of all counts", "(together + 2)", "(together.sum() + 2)",
    "You divide by the counts of all words together. Each word has its own total: `positive + negative`, entry by "
    "entry, without a sum.")
share_positive.mistake(
    "share of all positive counts", "(together + 2)", "(positive.sum() + len(positive))",
    "You ask which part of all positive mentions this word has. The task asks the other way round: of the reviews "
    "with this word, which part is positive.")
share_positive.mistake(
    "whole numbers", "(positive + 1) / (together + 2)", "(positive + 1) // (together + 2)",
    "`//` rounds down to a whole number, and so every share becomes 0. Use `/`.")
share_positive.mistake(
    "percent", "    return share\n", "    return 100 * share\n",
    "You return percent. The task asks for a share between 0 and 1.")
share_positive.mistake(
    "brackets forgotten", "(positive + 1) / (together + 2)", "positive + 1 / (together + 2)",
    "Division comes before addition: `a + 1 / b` is `a + (1 / b)`. Put brackets around what stands above the line.")
share_positive.wrong(
    "input changed", """
def share_positive(positive, negative):
    positive += 1
    negative += 1
    return positive / (positive + negative)
""", "The shares are right, but `positive += 1` changes the caller's tensor, and the next call counts one review "
     "more. Write `positive + 1`: that makes a new tensor.")
share_positive.also("one minus the share of the negative", """
def share_positive(positive, negative):
    return 1 - (negative + 1) / (positive + negative + 2)
""")
share_positive.also("a loop", """
def share_positive(positive, negative):
    shares = [(p + 1) / (p + n + 2) for p, n in zip(positive.tolist(), negative.tolist())]
    return torch.tensor(shares, dtype=torch.float64)
""")
share_positive.also("stacked and normalised", """
def share_positive(positive, negative):
    both = torch.stack([positive, negative]) + 1
    return both[0] / both.sum(0)
""")


total_variation = exercise(
    "total_variation", of=_total_variation, points=2, minutes=4, level=1,
    parts={"N and M differ": 1, "N and M are equal": 1},
    hints=["Which shape must `p` have so that each of its N rows meets each of the M rows of `q`? An axis of length "
           "1 is stretched for free.",
           "`p[:, None, :]` is (N, 1, V) and `q[None, :, :]` is (1, M, V). Their difference is (N, M, V). Which of "
           "the three axes goes away in the sum?",
           "`(p[:, None, :] - q[None, :, :]).abs().sum(dim=-1)` counts what leaves one word and what arrives at "
           "another: take half of it."])


@total_variation.cases
def _(r):
    two = torch.tensor([[0.5, 0.3, 0.1, 0.1], [0.0, 0.1, 0.7, 0.2]], dtype=torch.float64)
    three = torch.tensor([[0.2, 0.2, 0.25, 0.35], [0.5, 0.25, 0.0, 0.25], [0.0, 1.0, 0.0, 0.0]], dtype=torch.float64)
    yield "N and M differ", dict(p=two[:1], q=three[:2])
    yield "N and M differ", dict(p=two, q=three)
    yield "N and M differ", dict(p=three, q=two[1:])
    yield "N and M are equal", dict(p=two, q=three[1:])
    yield "N and M are equal", dict(p=three, q=three[[1, 2, 0]].roll(1, 1))
    yield "N and M differ", dict(p=r.probabilities(4, 5), q=r.probabilities(1 + r.below(3), 5))
    n = 2 + r.below(4)
    yield "N and M are equal", dict(p=r.probabilities(n, 7), q=r.probabilities(n, 7).T.contiguous().T)


total_variation.mistake(
    "no half", "0.5 * ", "",
    "Twice too large: what leaves one word arrives at another, and you count both ends of the way. Take half.")
total_variation.mistake(
    "rows paired one to one", "p[:, None, :] - q[None, :, :]", "p - q",
    "You compare the first row with the first, the second with the second, and no others. The task asks for *every* "
    "row of `p` with *every* row of `q`: give each its own axis with `None`.")
total_variation.mistake(
    "transposed", "p[:, None, :] - q[None, :, :]", "p[None, :, :] - q[:, None, :]",
    "Your result is (M, N). Rows of `p` belong to the first axis: entry n, m compares row n of `p` with row m of `q`.")
total_variation.mistake(
    "summed over the wrong axis", "sum(dim=-1)", "sum(dim=0)",
    "You sum over the rows of `p`. The words are the last axis: that is the one to sum over.")
total_variation.mistake(
    "mean for sum", ".sum(dim=-1)", ".mean(dim=-1)",
    "You take the mean over the words. Mass that moves adds up: take the sum.")
total_variation.mistake(
    "largest gap", "0.5 * gap.abs().sum(dim=-1)", "gap.abs().amax(dim=-1)",
    "You return the largest difference at one word. Total variation adds the differences at all words, and takes half.")
total_variation.mistake(
    "signs cancel", "gap.abs().sum(dim=-1)", "gap.sum(dim=-1).abs()",
    "You sum first and take the absolute value after. Both rows sum to one, so gains and losses cancel to 0. First "
    "`abs`, then `sum`.")
total_variation.mistake(
    "squares", "gap.abs().sum(dim=-1)", "gap.square().sum(dim=-1)",
    "You add squares. The task asks for absolute values.")
total_variation.mistake(
    "straight-line distance", "0.5 * gap.abs().sum(dim=-1)", "gap.square().sum(dim=-1).sqrt()",
    "That is the Euclidean distance. The task asks for half the sum of the absolute differences.")
total_variation.mistake(
    "one number for all", "sum(dim=-1)", "sum()",
    "You sum over everything and return one number. Only the axis of the words goes: `sum(dim=-1)`.")
total_variation.wrong(
    "half taken twice", """
def total_variation(p, q):
    return 0.5 * (p[:, None] - q[None]).clamp(min=0).sum(-1)
""", "Half of what it should be. You add up only what is larger in `p`: that is the mass that moves already. Take half "
     "only where gains *and* losses are added up.")
total_variation.wrong(
    "single precision", """
def total_variation(p, q):
    out = torch.zeros(len(p), len(q))
    for n in range(len(p)):
        for m in range(len(q)):
            out[n, m] = 0.5 * (p[n] - q[m]).abs().sum()
    return out
""", "The numbers are right, but rounded to 32 bits: `torch.zeros` makes 32-bit numbers unless you say "
     "`dtype=p.dtype`. Broadcasting keeps the precision by itself, and needs no loop.")
total_variation.mistake(
    "overlap instead of distance", "0.5 * gap.abs().sum(dim=-1)", "1 - 0.5 * gap.abs().sum(dim=-1)",
    "You return how much two rows *share*: 1 where they are equal. A distance is 0 there.")
total_variation.also("two loops", """
def total_variation(p, q):
    out = torch.zeros(len(p), len(q), dtype=p.dtype)
    for n in range(len(p)):
        for m in range(len(q)):
            out[n, m] = (p[n] - q[m]).abs().sum() / 2
    return out
""")
total_variation.also("cdist", """
def total_variation(p, q):
    return torch.cdist(p, q, p=1) / 2
""")
total_variation.also("only what leaves", """
def total_variation(p, q):
    return (p.unsqueeze(1) - q.unsqueeze(0)).clamp(min=0).sum(2)
""")
total_variation.also("one minus the overlap", """
def total_variation(p, q):
    return 1 - torch.minimum(p[:, None], q).sum(-1)
""")
