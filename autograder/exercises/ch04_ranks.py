"""Chapter 04: rank correlation."""

import torch

from autograder.exercises.ch04_common import exercise
from ngram2bert.vectors.similarity import rank_correlation as _rank_correlation

rank_correlation = exercise(
    "rank_correlation", of=_rank_correlation, points=2, minutes=12, level=2,
    parts={"no ties": 1, "ties and nothing to rank": 1},
    tolerance=1e-6,  # ranks are exact in float32, their correlation is right to seven digits
    hints=["Two numbers share the second and third place. Which rank has each of them, and does it matter which of the "
           "two stands first in the list?",
           "A number's rank is one more than how many are smaller, plus half of how many *others* are equal to it. "
           "`v[:, None] > v` compares each with each. Then the plain correlation of the ranks.",
           "`ranks = (v[:, None] > v).double().sum(1) + ((v[:, None] == v).double().sum(1) + 1) / 2`, less their mean; "
           "then `(r @ s) / ((r @ r) * (s @ s)).sqrt()` as a `float`."])


def _row(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@rank_correlation.cases
def _(r):
    yield "no ties", dict(x=_row(1, 2, 3, 4), y=_row(10, 30, 20, 90))
    yield "no ties", dict(x=_row(0.3, -2, 14, 1.5, 0.2), y=_row(7, 1e3, -4, 5, 6))
    yield "no ties", dict(x=_row(5, 1, 4, 2, 3, 9), y=_row(0.1, 0.7, -0.3, 0.6, 0.9, 0.2))
    yield "no ties", dict(x=_row(2, 5), y=_row(-1, 8))
    yield "ties and nothing to rank", dict(x=_row(1, 2, 2, 4), y=_row(10, 30, 20, 40))
    yield "ties and nothing to rank", dict(x=_row(3, 3, 3, 1, 7, 7), y=_row(0.5, 0.5, 2, 9, 0.25, 9))
    yield "ties and nothing to rank", dict(x=torch.tensor([4, 4, 6, 9, 6]), y=torch.tensor([0, 2, 2, 2, 1]))
    yield "no ties", dict(x=_row(1, 1 + 1e-9, 1 - 1e-9, 2), y=_row(3, 7, 5, -4))  # alike in float32
    yield "ties and nothing to rank", dict(x=_row(1, 1, 1), y=_row(3, 2, 5))
    yield "ties and nothing to rank", dict(x=_row(3, 2, 5), y=_row(4, 4, 4))
    yield "ties and nothing to rank", dict(x=_row(3), y=_row(4))
    yield "ties and nothing to rank", dict(x=_row(), y=_row())
    n = 7 + r.below(8)
    x = r.normal(n)
    yield "no ties", dict(x=x, y=(r.between(-1, 1) * x + r.normal(n)).exp())
    yield "ties and nothing to rank", dict(x=torch.cat([r.integers(n, high=4).double(), _row(0.0, 3.0)]),
                                           y=torch.cat([r.integers(n, high=3).double(), _row(2.0, 0.0)]))


RANKS = "ranks = less + (equal + 1) / 2"
RHO = "float((r @ s) / ((r @ r) * (s @ s)).sqrt())"
CENTRED = "return ranks - (len(v) + 1) / 2"
rank_correlation.mistake(
    "the numbers themselves", RANKS, "ranks = v.double() - v.double().mean() + (len(v) + 1) / 2",
    "You correlate the numbers. That is Pearson's correlation; Spearman's takes their ranks, so that one far number "
    "has no more say than any.")
rank_correlation.mistake(
    "rounded to float32", "def centred_ranks(v: Tensor) -> Tensor:\n",
    "def centred_ranks(v: Tensor) -> Tensor:\n        v = v.float()\n",
    "You make the numbers float32 before you rank them, and numbers that differ in the ninth digit become equal. Rank "
    "them as they came.")
rank_correlation.mistake(
    "ties ranked as they come", RANKS, "ranks = v.argsort(stable=True).argsort().double() + 1",
    "Equal numbers get different ranks from you, as they stand in the list, so another order of the pairs gives "
    "another answer. They share the mean of their ranks.")
rank_correlation.mistake(
    "argsort once", RANKS, "ranks = v.argsort(stable=True).double()",
    "`argsort` gives *which* number comes first, not which place a number has. Sort those positions once more, and "
    "then see to the ties.")
rank_correlation.mistake(
    "ties get the lowest rank", RANKS, "ranks = less + 1",
    "Equal numbers get the lowest of their ranks from you. They share the mean.")
rank_correlation.mistake(
    "ties get the highest rank", RANKS, "ranks = less + equal",
    "Equal numbers get the highest of their ranks from you. They share the mean.")
rank_correlation.mistake(
    "no gap after a tie", RANKS, "ranks = v.unique(return_inverse=True)[1].double()",
    "After a tie you go on without a gap. Two numbers that share ranks 2 and 3 have 2.5 each, and the next has 4.")
rank_correlation.mistake(
    "a tie is one half of all that are equal", RANKS, "ranks = less + equal / 2 + (equal > 1)",
    "Your ranks of equal numbers are off by a half. Of ranks 2 and 3 the mean is 2.5: (equal + 1) / 2 above those that "
    "are smaller.")
rank_correlation.wrong("the short formula, with ties", """
def rank_correlation(x, y):
    def ranks(v):
        return (v[:, None] > v).double().sum(1) + ((v[:, None] == v).double().sum(1) + 1) / 2
    n = len(x)
    if n < 2 or len(x.unique()) == 1 or len(y.unique()) == 1:
        return math.nan
    return 1 - 6 * float(((ranks(x) - ranks(y)) ** 2).sum()) / (n * (n**2 - 1))
""", "1 - 6 sum d^2 / (n^3 - n) holds where no two numbers are equal. With ties take the correlation of the ranks.")
rank_correlation.mistake(
    "not centred", CENTRED, "return ranks",
    "You do not take the mean away, so even ranks that have nothing to do with each other correlate: the cosine of "
    "positive numbers is positive.")
rank_correlation.mistake(
    "one rank turned round", "r, s = centred_ranks(x), centred_ranks(y)",
    "r, s = centred_ranks(x), centred_ranks(-y.double())",
    "You rank one list from the top and the other from the bottom, so the sign is wrong. Rank both the same way.")
rank_correlation.mistake(
    "absolute value", RHO, "abs(float((r @ s) / ((r @ r) * (s @ s)).sqrt()))",
    "You lose the sign. Orders that run against each other have a negative correlation.")
rank_correlation.mistake(
    "covariance", RHO, "float((r @ s) / len(r)) if len(r) > 1 and r.any() and s.any() else math.nan",
    "You return the covariance. Divide by the two spreads, or the answer grows with N.")
rank_correlation.mistake(
    "divided by one spread", RHO, "float((r @ s) / (r @ r)) if s.any() else math.nan",
    "You divide by the spread of x's ranks alone. That is the slope of a line; take the root of the product of both. "
    "Without ties the two are equal.")
rank_correlation.mistake(
    "root forgotten", RHO, "float((r @ s) / ((r @ r) * (s @ s)))",
    "You divide by the product of the two sums. Its root is missing.")
rank_correlation.mistake(
    "squared correlation", RHO, "float((r @ s) ** 2 / ((r @ r) * (s @ s)))",
    "You return the square of the correlation. That has no sign, and is another number.")
rank_correlation.mistake(
    "N - 1 above, N below", RHO, "float((r @ s) / (len(r) - 1) / ((r @ r) * (s @ s)).sqrt() * len(r))",
    "You divide by N - 1 in one place and by N in the other. Use one of them in both, and it cancels.")
rank_correlation.mistake(
    "0 where there is nothing to rank", RHO,
    "float(((r @ s) / ((r @ r) * (s @ s)).sqrt()).nan_to_num(0.0))",
    "You return 0 where all numbers are equal (a small number added below does that as well). That would say that "
    "there is no relation; it cannot be known: NaN.")
rank_correlation.wrong("pairs in the same order", """
def rank_correlation(x, y):
    a, b = torch.sign(x[:, None] - x).double(), torch.sign(y[:, None] - y).double()
    return float((a * b).sum() / ((a * a).sum() * (b * b).sum()).sqrt())
""", "You count how many pairs stand in the same order. That is Kendall's tau; Spearman's rho correlates the ranks.")
rank_correlation.mistake(
    "whole ranks", RANKS, "ranks = less + ((equal + 1) / 2).floor()",
    "You round the mean of shared ranks down. Of ranks 2 and 3 it is 2.5: keep the half.")
rank_correlation.mistake(
    "ties by the sorted neighbours alone", RANKS, "ranks = less + (equal.clamp(max=2) + 1) / 2",
    "You see to ties of two. Where three or more are equal, all of them share one mean.")
rank_correlation.wrong("ties seen to in one list", """
def rank_correlation(x, y):
    r = (x[:, None] > x).double().sum(1) + ((x[:, None] == x).double().sum(1) + 1) / 2 - (len(x) + 1) / 2
    s = y.argsort(stable=True).argsort().double() - (len(y) - 1) / 2
    return float((r @ s) / ((r @ r) * (s @ s)).sqrt()) if len(y.unique()) > 1 else math.nan
""", "You share ranks among equal numbers of x, but not of y. Both lists are ranked in the same way.")
rank_correlation.equivalent("1 -> 0", "ranks from the top for both lists: the sign cancels")
rank_correlation.equivalent("1 -> 0 #2", "equality is symmetric: its rows and columns have the same sums")
rank_correlation.also("by SciPy's way: sorted, with the mean of each stretch", """
def rank_correlation(x, y):
    def ranks(v):
        values, place, count = v.unique(return_inverse=True, return_counts=True)
        last = count.cumsum(0)
        return ((last + last - count + 1) / 2).double()[place]
    if len(x) < 2:
        return math.nan
    return torch.corrcoef(torch.stack([ranks(x), ranks(y)]))[0, 1].item()
""")
rank_correlation.also("plain Python", """
def rank_correlation(x, y):
    def ranks(v):
        ordered = sorted(v)
        return [ordered.index(a) + (ordered.count(a) + 1) / 2 for a in v]
    r, s = ranks(x.tolist()), ranks(y.tolist())
    mean = (len(r) + 1) / 2
    top = sum((a - mean) * (b - mean) for a, b in zip(r, s))
    bottom = math.sqrt(sum((a - mean) ** 2 for a in r) * sum((b - mean) ** 2 for b in s))
    return top / bottom if bottom > 0 else float("nan")
""")
rank_correlation.also("the short formula, mended for ties", """
def rank_correlation(x, y):
    n = len(x)
    def ranks(v):
        return (v[:, None] > v).double().sum(1) - (v[:, None] < v).double().sum(1)
    r, s = ranks(x), ranks(y)
    a, b, d = float((r * r).sum()), float((s * s).sum()), float(((r - s) ** 2).sum())
    return (a + b - d) / (2 * math.sqrt(a * b)) if a * b > 0 else math.nan
""")
