"""Chapter 00: start here."""

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import Generator, Tensor

from autograder.draw import ramp
from autograder.exercise import exercise as declare
from ngram2bert.corpora.splits import digest
from ngram2bert.start.autograd import Value as _Value
from ngram2bert.start.bootstrap import paired_bootstrap as _paired_bootstrap
from ngram2bert.start.distance import total_variation as _total_variation
from ngram2bert.start.leaning import share_positive as _share_positive
from ngram2bert.start.log_space import log_sum_exp as _log_sum_exp
from ngram2bert.start.logistic import loss_and_gradients as _loss_and_gradients
from ngram2bert.start.softmax import softmax as _softmax
from ngram2bert.start.splits import split_by_hash as _split_by_hash

GIVEN = {"Generator": Generator, "Sequence": Sequence, "Tensor": Tensor, "digest": digest}
exercise = partial(declare, needs=GIVEN)


share_positive = exercise(
    "share_positive", of=_share_positive, points=2, minutes=3, level=1,
    parts={"common words": 1, "rare and unseen words": 1},
    hints=["How many reviews hold the word in all? What must stand below the line so that a word with no review at all gets exactly one half?",
           "One review of each kind is added before you divide: 1 above the line and 2 below it. Tensors add and divide entry by entry, so no loop is needed.",
           "`together = positive + negative`, then return `(positive + 1)` divided by `(together + 2)`."])


@share_positive.cases
def _(r):
    yield "common words", dict(positive=torch.tensor([30, 8]), negative=torch.tensor([10, 90]))
    yield "common words", dict(positive=torch.tensor([770.0, 14.0, 512.0], dtype=torch.float64), negative=torch.tensor([772.0, 178.0, 179.0], dtype=torch.float64))
    yield "rare and unseen words", dict(positive=torch.tensor([0, 2, 0, 1]), negative=torch.tensor([0, 0, 1, 2]))
    for size in (1, 5):
        yield "common words", dict(positive=r.integers(size, low=3, high=2000), negative=r.integers(size, low=3, high=2000))
    yield "rare and unseen words", dict(positive=r.counts(6), negative=r.counts(6))


share_positive.mistake(
    "nothing added", {"(positive + 1)": "positive", "(together + 2)": "together"}, "",
    "You divide the counts as they are. A word that one reviewer used then gets exactly 0 or 1, and one that nobody used gets 0 / 0, which is NaN. Add the two extra reviews.")
share_positive.mistake(
    "+ 1 below the line", "(together + 2)", "(together + 1)",
    "You add 1 below the line. One review of *each* kind was added: that is 1 more positive review and 2 more in all.")
share_positive.mistake(
    "nothing added above the line", "(positive + 1)", "positive",
    "You add 2 below the line and nothing above it. One of the two extra reviews is positive: it counts above the line as well.")
share_positive.mistake(
    "nothing added below the line", "(together + 2)", "together",
    "You add 1 above the line and nothing below it. The two extra reviews belong to all reviews with the word too.")
share_positive.mistake(
    "share of the negative", "(positive + 1)", "(negative + 1)",
    "You return the share of *negative* reviews. The positive ones stand above the line.")
share_positive.mistake(
    "odds", "(together + 2)", "(negative + 1)",
    "You divide positive by negative: those are odds, and they can be larger than 1. A share divides by all reviews that hold the word.")
share_positive.mistake(
    "share of all counts", "(together + 2)", "(together.sum() + 2)",
    "You divide by the counts of all words together. Each word has its own total: `positive + negative`, entry by entry, without a sum.")
share_positive.mistake(
    "share of all positive counts", "(together + 2)", "(positive.sum() + len(positive))",
    "You ask which part of all positive mentions this word has. The task asks the other way round: of the reviews with this word, which part is positive.")
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
""", "The shares are right, but `positive += 1` changes the caller's tensor, and the next call counts one review more. Write `positive + 1`: that makes a new tensor.")
share_positive.also("one minus the share of the negative", """
def share_positive(positive, negative):
    return 1 - (negative + 1) / (positive + negative + 2)
""")
share_positive.also("a loop", """
def share_positive(positive, negative):
    return torch.tensor([(p + 1) / (p + n + 2) for p, n in zip(positive.tolist(), negative.tolist())], dtype=torch.float64)
""")
share_positive.also("stacked and normalised", """
def share_positive(positive, negative):
    both = torch.stack([positive, negative]) + 1
    return both[0] / both.sum(0)
""")


total_variation = exercise(
    "total_variation", of=_total_variation, points=2, minutes=5, level=1,
    parts={"N and M differ": 1, "N and M are equal": 1},
    hints=["Which shape must `p` have so that each of its N rows meets each of the M rows of `q`? An axis of length 1 is stretched for free.",
           "`p[:, None, :]` is (N, 1, V) and `q[None, :, :]` is (1, M, V). Their difference is (N, M, V). Which of the three axes goes away in the sum?",
           "`(p[:, None, :] - q[None, :, :]).abs().sum(dim=-1)` counts what leaves one word and what arrives at another: take half of it."])


@total_variation.cases
def _(r):
    two = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]], dtype=torch.float64)
    three = torch.tensor([[0.2, 0.2, 0.6], [0.5, 0.25, 0.25], [0.0, 1.0, 0.0]], dtype=torch.float64)
    yield "N and M differ", dict(p=two[:1], q=three[:2])
    yield "N and M differ", dict(p=two, q=three)
    yield "N and M differ", dict(p=three, q=two[1:])
    yield "N and M are equal", dict(p=two, q=three[1:])
    yield "N and M are equal", dict(p=three, q=two.T.softmax(0)[:, [0, 1, 1]].T.roll(1, 1))
    yield "N and M differ", dict(p=r.probabilities(4, 5), q=r.probabilities(1 + r.below(3), 5))
    n = 2 + r.below(4)
    yield "N and M are equal", dict(p=r.probabilities(n, 7), q=r.probabilities(n, 7).T.contiguous().T)


total_variation.mistake(
    "no half", "0.5 * ", "",
    "Twice too large: what leaves one word arrives at another, and you count both ends of the way. Take half.")
total_variation.mistake(
    "rows paired one to one", "p[:, None, :] - q[None, :, :]", "p - q",
    "You compare the first row with the first, the second with the second, and no others. The task asks for *every* row of `p` with *every* row of `q`: give each its own axis with `None`.")
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
    "You sum first and take the absolute value after. Both rows sum to one, so gains and losses cancel to 0. First `abs`, then `sum`.")
total_variation.mistake(
    "squares", "gap.abs().sum(dim=-1)", "gap.square().sum(dim=-1)",
    "You add squares. The task asks for absolute values.")
total_variation.mistake(
    "straight-line distance", "0.5 * gap.abs().sum(dim=-1)", "gap.square().sum(dim=-1).sqrt()",
    "That is the Euclidean distance. The task asks for half the sum of the absolute differences.")
total_variation.mistake(
    "one number for all", "sum(dim=-1)", "sum()",
    "You sum over everything and return one number. Only the axis of the words goes: `sum(dim=-1)`.")
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


log_sum_exp = exercise(
    "log_sum_exp", of=_log_sum_exp, points=3, minutes=6, level=2, forbids=("logsumexp", "log_softmax", "softmax"),
    parts={"any axis": 1, "huge and tiny": 1, "probability 0": 1},
    hints=["`exp(-1000)` is 0 in the computer. But `exp(-1000 + 1000)` is not. What may you subtract from all terms, and what must you do afterwards?",
           "Take the largest term *of each row*: `m = x.amax(dim, keepdim=True)`. Subtract it, then `exp`, `sum`, `log`, and add it back. `m` needs the axis for the subtraction, and must lose it for the addition.",
           "`(x - m).exp().sum(dim).log() + m.squeeze(dim)`. If a whole row is minus infinity, `x - m` is NaN: replace `m` by 0 there with `torch.where(m.isinf(), 0.0, m)`."])
INF = math.inf


@log_sum_exp.cases
def _(r):
    p = torch.tensor([[0.1, 0.2, 0.3], [0.5, 0.05, 0.25]], dtype=torch.float64)
    yield "any axis", dict(x=p[0].log(), dim=0)
    yield "any axis", dict(x=p.log(), dim=0)
    yield "any axis", dict(x=p.log(), dim=1)
    yield "any axis", dict(x=ramp(2, 3, 2), dim=1)
    yield "any axis", dict(x=ramp(3, 3), dim=-2)
    yield "huge and tiny", dict(x=torch.tensor([-1000.0, -1001.0], dtype=torch.float64), dim=0)
    yield "huge and tiny", dict(x=torch.tensor([[1000.0, 999.0], [-2000.0, -2001.5]], dtype=torch.float64), dim=1)
    yield "huge and tiny", dict(x=torch.tensor([[-90.0, 3.0], [-91.0, 5.0]], dtype=torch.float32), dim=0)
    yield "probability 0", dict(x=torch.tensor([-INF, 0.5, -INF, -1.0], dtype=torch.float64), dim=0)
    yield "probability 0", dict(x=torch.tensor([[-INF, -INF], [0.3, -INF]], dtype=torch.float64), dim=1)
    shape = (2 + r.below(3), 3, 4)
    yield "any axis", dict(x=r.normal(*shape) * 3, dim=r.below(3) - 3)
    yield "huge and tiny", dict(x=r.normal(4, 3) * 900, dim=r.below(2))
    masked = r.normal(5, 4).masked_fill(r.uniform(5, 4) < 0.3, -INF)
    yield "probability 0", dict(x=masked, dim=1)


log_sum_exp.mistake(
    "nothing subtracted", "m = torch.where(m.isinf(), 0.0, m)", "m = torch.zeros_like(m)",
    "`exp` of -1000 is 0 in the computer and `exp` of 1000 is infinite, so your logarithm is infinite too. Subtract the largest term first and add it back at the end.")
log_sum_exp.mistake(
    "one maximum for all", "x.amax(dim, keepdim=True)", "x.amax().expand(x.shape).amax(dim, keepdim=True)",
    "You subtract the largest number of the whole tensor. In a row that lies far below it every term still underflows to 0. Take the maximum along `dim`.")
log_sum_exp.mistake(
    "maximum not added back", " + m.squeeze(dim)", "",
    "You subtract the maximum but never add it back: log(exp(-m) S) is log S - m.")
log_sum_exp.mistake(
    "a row of minus infinity", "    m = torch.where(m.isinf(), 0.0, m)  # inf - inf would be NaN\n", "",
    "Where a whole row is minus infinity, so is its maximum, and inf - inf is NaN. The logarithm of 0 + 0 is minus infinity: replace such a maximum by 0 before you subtract.")
log_sum_exp.mistake(
    "always the last axis", {"x.amax(dim, keepdim=True)": "x.amax(-1, keepdim=True)", ".sum(dim)": ".sum(-1)", "m.squeeze(dim)": "m.squeeze(-1)"}, "",
    "You always sum over the last axis. Use `dim`.")
log_sum_exp.mistake(
    "always the first axis", {"x.amax(dim, keepdim=True)": "x.amax(0, keepdim=True)", ".sum(dim)": ".sum(0)", "m.squeeze(dim)": "m.squeeze(0)"}, "",
    "You always sum over the first axis. Use `dim`.")
log_sum_exp.mistake(
    "axis kept", "sum(dim).log() + m.squeeze(dim)", "sum(dim, keepdim=True).log() + m",
    "The numbers are right, but the summed axis is still there with length 1. Drop it at the end.")
log_sum_exp.mistake(
    "logarithms added", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "x.sum(dim)",
    "You add the logarithms. That is the logarithm of the *product*. Here the probabilities themselves are to be added.")
log_sum_exp.mistake(
    "mean for sum", ".sum(dim)", ".mean(dim)",
    "You take the mean of the exponentials: that is too small by the logarithm of their number. Take the sum.")
log_sum_exp.mistake(
    "base 2", {".exp()": ".exp2()", ".log()": ".log2()"}, "",
    "You use powers of 2. The terms are natural logarithms: `exp` and `log`.")
log_sum_exp.mistake(
    "only the largest", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "x.amax(dim)",
    "You return the maximum. That is close where one term is far above the others, but two equal terms sum to log 2 more.")
log_sum_exp.mistake(
    "no logarithm", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "(x - m).exp().sum(dim) * m.exp().squeeze(dim)",
    "You return the sum itself. It underflows; the task asks for its logarithm.")
log_sum_exp.mistake(
    "input changed", "(x - m).exp()", "x.sub_(m).exp()",
    "`sub_` (or `-=`) changes the caller's tensor. Write `x - m`, which makes a new one.")
log_sum_exp.also("logaddexp, term by term", """
def log_sum_exp(x, dim):
    total = torch.full_like(x.select(dim, 0), -math.inf)
    for term in x.unbind(dim):
        total = torch.logaddexp(total, term)
    return total
""")
log_sum_exp.also("axis moved to the end", """
def log_sum_exp(x, dim):
    x = x.movedim(dim, -1)
    m = x.max(-1).values
    m[m == -math.inf] = 0
    return m + torch.log(torch.exp(x - m[..., None]).sum(-1))
""")
log_sum_exp.also("rest through log1p", """
def log_sum_exp(x, dim):
    ordered = x.sort(dim, descending=True).values
    top, rest = ordered.narrow(dim, 0, 1), ordered.narrow(dim, 1, x.shape[dim] - 1)
    rest = (rest - top).exp().nan_to_num(0.0).sum(dim)
    return top.squeeze(dim) + torch.log1p(rest)
""")


softmax = exercise(
    "softmax", of=_softmax, points=2, minutes=4, level=1, builds_on=["log_sum_exp"], forbids=("softmax", "log_softmax"),
    parts={"any axis": 1, "extremes": 1},
    hints=["What do you divide by, and what does a division become when you work with logarithms?",
           "`log p = scores - log_sum_exp(scores, dim)`, then `exp`. But `log_sum_exp` has lost the axis `dim`: which shape must it have so that it is subtracted along the right one?",
           "`log_sum_exp(scores, dim).unsqueeze(dim)` puts the axis back with length 1. Without it a square table is normalised along the wrong axis and nothing complains."])


@softmax.cases
def _(r):
    yield "any axis", dict(scores=torch.tensor([0.0, 1.0, 3.0], dtype=torch.float64), dim=0)
    yield "any axis", dict(scores=torch.tensor([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]], dtype=torch.float64), dim=1)
    yield "any axis", dict(scores=torch.tensor([[0.0, 1.0], [2.0, -1.5]], dtype=torch.float64), dim=0)
    yield "any axis", dict(scores=ramp(3, 3), dim=-1)
    yield "any axis", dict(scores=ramp(2, 3, 2), dim=-2)
    yield "extremes", dict(scores=torch.tensor([1000.0, 1001.0, 0.0], dtype=torch.float64), dim=0)
    yield "extremes", dict(scores=torch.tensor([[2.0, -INF, 0.5], [-2000.0, -2001.0, -2003.0]], dtype=torch.float64), dim=1)
    yield "extremes", dict(scores=torch.tensor([[88.0, 90.0], [-120.0, 0.5]], dtype=torch.float32), dim=1)
    n = 2 + r.below(4)
    yield "any axis", dict(scores=r.normal(n, n), dim=r.below(2))
    yield "any axis", dict(scores=r.normal(2, 4, 3), dim=r.below(3) - 3)
    yield "extremes", dict(scores=r.normal(4, 5) * 600, dim=r.below(2))


softmax.mistake(
    "axis not put back", ".unsqueeze(dim)", "",
    "`log_sum_exp` has lost the axis `dim`, and broadcasting lines up the *last* axes: each score loses the total of another row, or the shapes do not fit at all. Put the axis back with `unsqueeze(dim)`.")
softmax.mistake(
    "always the last axis", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores, -1).unsqueeze(-1)",
    "You always normalise along the last axis. Use `dim`.")
softmax.mistake(
    "always the first axis", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores, 0).unsqueeze(0)",
    "You always normalise along the first axis: in a batch of texts that is the wrong one, the texts then share one unit of probability. Use `dim`.")
softmax.mistake(
    "all entries sum to one", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores.flatten(), 0)",
    "All your entries together sum to one. Only those along `dim` should.")
softmax.mistake(
    "logarithms returned", "(scores - log_sum_exp(scores, dim).unsqueeze(dim)).exp()", "scores - log_sum_exp(scores, dim).unsqueeze(dim)",
    "You return log probabilities. `exp` is missing at the end.")
softmax.mistake(
    "powers of 2", ".exp()", ".exp2()",
    "You use powers of 2, so your rows do not sum to one. `log_sum_exp` speaks in natural logarithms: use `exp`.")
softmax.wrong(
    "plain exponentials", """
def softmax(scores, dim):
    e = scores.exp()
    return e / e.sum(dim, keepdim=True)
""", "The formula is right on paper, but `exp(1000)` overflows and `exp(-2000)` is 0: you divide inf by inf, or 0 by 0. Go through `log_sum_exp`.")
softmax.wrong(
    "one maximum for all", """
def softmax(scores, dim):
    e = (scores - scores.max()).exp()
    return e / e.sum(dim, keepdim=True)
""", "You subtract the largest score of the whole tensor. A row far below it still underflows to 0 / 0. Each row needs its own maximum; `log_sum_exp` has it.")
softmax.wrong(
    "no exponential", """
def softmax(scores, dim):
    return scores / scores.sum(dim, keepdim=True)
""", "You divide the scores by their sum. Scores may be negative; `exp` makes them positive first.")
softmax.wrong(
    "divided by the largest", """
def softmax(scores, dim):
    return (scores - scores.amax(dim, keepdim=True)).exp()
""", "The largest entry of each row is 1. Divide by the sum of the row, not by its largest term, so that it sums to one.")
softmax.also("maximum subtracted by hand", """
def softmax(scores, dim):
    e = (scores - scores.amax(dim, keepdim=True)).exp()
    return e / e.sum(dim, keepdim=True)
""")
softmax.also("axis moved to the end", """
def softmax(scores, dim):
    rows = scores.movedim(dim, -1)
    return torch.exp(rows - log_sum_exp(rows, -1)[..., None]).movedim(-1, dim)
""")
softmax.also("every pair of scores", """
def softmax(scores, dim):
    rows = scores.movedim(dim, -1)
    return (1 / (rows[..., None, :] - rows[..., :, None]).exp().sum(-1)).nan_to_num(0.0).movedim(-1, dim)
""")


split_by_hash = exercise(
    "split_by_hash", of=_split_by_hash, points=2, minutes=4, level=1,
    parts={"shares": 1, "the name alone decides": 1},
    hints=["Think of the line from 0 to 1, cut at `test` and at `test + validation`. Where on it does a name stand?",
           "`digest(name) / 2**64` is a number between 0 and 1. Compare it with the two cuts, for each name by itself; the place of the name in the list plays no part.",
           "`if u < test:` test, `elif u < test + validation:` validation, else train. Append the word to a list for each name, repeated names too."])


@split_by_hash.cases
def _(r):
    ids = ["ca01", "ca02", "cb01", "cd07", "ce11", "cf20", "cg33", "ch08", "cj40", "ck12", "cl03", "cn22", "cp09", "cr05"]
    yield "shares", dict(names=ids[:6], validation=0.2, test=0.45)
    yield "shares", dict(names=ids, validation=0.3, test=0.15)
    yield "shares", dict(names=ids[6:], validation=0.0, test=0.5)
    yield "shares", dict(names=ids[4:12], validation=0.4, test=0.0)
    yield "the name alone decides", dict(names=["cr05", "ca01", "cr05", "cj40", "ca01"], validation=0.25, test=0.35)
    yield "the name alone decides", dict(names=["cf20"], validation=0.3, test=0.3)
    yield "the name alone decides", dict(names=["cb01"], validation=0.3, test=0.3)
    yield "the name alone decides", dict(names=[], validation=0.1, test=0.1)
    fresh = [f"{r.choice('abcdefgh')}{r.below(10**6)}" for _ in range(30)]
    yield "shares", dict(names=fresh, validation=r.between(0.1, 0.4), test=r.between(0.1, 0.4))
    yield "the name alone decides", dict(names=r.shuffled(fresh[:8] + fresh[:4]), validation=r.between(0.2, 0.4), test=r.between(0.2, 0.4))


split_by_hash.mistake(
    "validation and test swapped", {"if u < test:\n            parts.append(\"test\")": "if u < validation:\n            parts.append(\"validation\")",
                                    "elif u < test + validation:\n            parts.append(\"validation\")": "elif u < test + validation:\n            parts.append(\"test\")"}, "",
    "You cut off validation first and test after it. The task puts test first: names below `test`. A split that others are to repeat must be cut in one agreed way.")
split_by_hash.mistake(
    "train first", {"\"test\"": "\"train\"", "if u < test:": "if u < 1 - validation - test:", "elif u < test + validation:": "elif u < 1 - test:", "\"train\"": "\"test\""}, "",
    "You cut off train first. The task begins with test: names below `test`, then validation, then train.")
split_by_hash.mistake(
    "second cut at validation", "elif u < test + validation:", "elif u < validation:",
    "Your second cut is at `validation` itself. It must lie that far *behind* the first: at `test + validation`.")
split_by_hash.mistake(
    "Python's own hash", "digest(name) / 2**64", "(hash(name) % 2**32) / 2**32",
    "Python's `hash` of a string changes every time Python starts, so the split changes too, and last week's test texts are in today's training. Use `digest`.")
split_by_hash.mistake(
    "place in the list", {"    for name in names:": "    for i, name in enumerate(names):", "digest(name) / 2**64": "i / len(names)"}, "",
    "You cut the list by position. If the list is sorted, or grows by one name, texts change their part. Only the name may decide: use `digest(name)`.")
split_by_hash.mistake(
    "chance", "digest(name) / 2**64", "float(torch.rand(()))",
    "You draw a random number for each name. One name can then stand in train *and* in test, and another run moves everything. Use `digest(name)`.")
split_by_hash.wrong(
    "exact shares of the sorted hashes", """
def split_by_hash(names, validation, test):
    ordered = sorted(set(names), key=digest)
    cuts = (round(len(ordered) * test), round(len(ordered) * (test + validation)))
    part = {name: "test" if i < cuts[0] else "validation" if i < cuts[1] else "train" for i, name in enumerate(ordered)}
    return [part[name] for name in names]
""", "You sort the names by their hash and cut the list in exact shares. Then a new name shifts the cut, and another one changes its part. Compare each hash with the cut by itself.")
split_by_hash.mistake(
    "last digits of the hash", "digest(name) / 2**64", "digest(name) % 100 / 100",
    "You use the last two digits of the hash. That is a split too, but not the one asked for: `digest(name) / 2**64` says where between 0 and 1 the name stands.")
split_by_hash.wrong(
    "one word for each different name", """
def split_by_hash(names, validation, test):
    parts = []
    for name in dict.fromkeys(names):
        u = digest(name) / 2**64
        parts.append("test" if u < test else "validation" if u < test + validation else "train")
    return parts
""", "You skip names that come again. The result has one word for each entry of `names`, repeated ones too.")
split_by_hash.mistake(
    "hash not scaled", "digest(name) / 2**64", "digest(name)",
    "`digest` gives a whole number up to 2^64 - 1, and you compare it with shares below 1: nothing ever gets into test. Divide by `2**64`.")
split_by_hash.also("bisect", """
def split_by_hash(names, validation, test):
    from bisect import bisect_right
    return [("test", "validation", "train")[bisect_right([test, test + validation], digest(name) / 2**64)] for name in names]
""")
split_by_hash.also("tensor of positions", """
def split_by_hash(names, validation, test):
    u = torch.tensor([digest(name) / 2**64 for name in names], dtype=torch.float64)
    code = (u >= test).long() + (u >= test + validation).long()
    return [["test", "validation", "train"][c] for c in code.tolist()]
""")
split_by_hash.also("compared as whole numbers", """
def split_by_hash(names, validation, test):
    def part(name):
        if digest(name) < test * 2**64:
            return "test"
        return "validation" if digest(name) < (test + validation) * 2**64 else "train"
    return [part(name) for name in names]
""")


loss_and_gradients = exercise(
    "loss_and_gradients", of=_loss_and_gradients, points=4, minutes=9, level=2, builds_on=["log_sum_exp", "softmax"],
    parts={"loss": 1, "gradient of W": 1, "gradient of c": 1, "huge scores": 1},
    forbids=("cross_entropy", "log_softmax", "softmax", "backward", "grad", "nll_loss"),
    probe="""
    def probe(target, output, **case):
        loss, weight_gradient, bias_gradient = target(**case)
        return {"loss": loss, "W": weight_gradient, "c": bias_gradient}[output]
    """,
    hints=["Write the scores first: which shape has `x @ weight.T + bias`? Then the error: probability minus 1 at the right class, divided by B. Both gradients are sums of it.",
           "`scores[rows, y]` with `rows = torch.arange(len(y))` picks one score a row. The loss is the mean of `log_sum_exp(scores, 1)` minus that. For the error, take `softmax(scores, 1)`, and subtract 1 at `[rows, y]`.",
           "With `error` (B, K) already divided by B, the gradient of `weight` must be (K, V): `error.T @ x`. The gradient of `bias` must be (K,): `error.sum(0)`."])


def _batch(r, b, k, v, scale=1.0):
    """A batch; hand-made where r is None."""
    if r is None:
        x = torch.tensor([[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 0], [0, 0, 1, 4], [1, 1, 0, 2]], dtype=torch.float64)[:b, :v]
        return dict(weight=ramp(k, v) * scale, bias=ramp(k, start=40), x=x, y=torch.tensor([k - 1, 0, k - 1, 1, 0])[:b])
    return dict(weight=r.normal(k, v) * scale, bias=r.normal(k), x=r.counts(b, v).double().clamp(max=9), y=r.integers(b, high=k))


@loss_and_gradients.cases
def _(r):
    outputs = (("loss", "loss"), ("gradient of W", "W"), ("gradient of c", "c"))
    for label, output in outputs:
        yield label, dict(output=output, weight=torch.tensor([[0.5, -1.0], [0.25, 2.0]], dtype=torch.float64),
                          bias=torch.tensor([0.1, -0.3], dtype=torch.float64), x=torch.tensor([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]], dtype=torch.float64),
                          y=torch.tensor([0, 1, 0]))
        yield label, dict(output=output, **_batch(None, 1, 3, 2))
        yield label, dict(output=output, **_batch(None, 4, 3, 4))
    yield "huge scores", dict(output="loss", weight=torch.tensor([[400.0], [-500.0]], dtype=torch.float64), bias=torch.tensor([0.0, 1.0], dtype=torch.float64),
                              x=torch.tensor([[2.0], [1.0]], dtype=torch.float64), y=torch.tensor([1, 0]))
    for output in ("loss", "W", "c"):
        yield "huge scores", dict(output=output, **_batch(None, 5, 4, 3, scale=700.0))
    sizes = (2 + r.below(5), 2 + r.below(3), 1 + r.below(5))
    for label, output in outputs:
        yield label, dict(output=output, **_batch(r, *sizes))
    yield "huge scores", dict(output="loss", **_batch(r, 6, 3, 4, scale=900.0))


loss_and_gradients.mistake(
    "logarithm of softmax", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()", "-softmax(scores, 1)[rows, y].log().mean()",
    "Right on paper, but a probability of 10^-400 is 0 in the computer and its logarithm minus infinity. `log_sum_exp(scores, 1)` minus the score of the right class is the same number and never overflows.")
loss_and_gradients.mistake(
    "sum for mean in the loss", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()", "(log_sum_exp(scores, 1) - scores[rows, y]).sum()",
    "Your loss adds the texts up; the task asks for their mean. With a sum, a larger batch would have a larger loss.")
loss_and_gradients.mistake(
    "gradients of the sum", "    error /= len(y)\n", "",
    "Your gradients are B times too large: the loss is a *mean* over B texts, so each error is divided by B.")
loss_and_gradients.mistake(
    "divided by classes too", "error /= len(y)", "error /= error.numel()",
    "You divide by B times K. The mean runs over the texts only: divide by B.")
loss_and_gradients.mistake(
    "sign of the loss", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()", "(scores[rows, y] - log_sum_exp(scores, 1)).mean()",
    "The sign is lost: your loss is negative. A loss is the *negative* log probability of the right class.")
loss_and_gradients.mistake(
    "sign of the gradients", "return loss, error.T @ x, error.sum(0)", "return loss, -error.T @ x, -error.sum(0)",
    "Your gradients point downhill. The gradient is the direction in which the loss *rises*; the minus comes later, in the step.")
loss_and_gradients.mistake(
    "right class forgotten", "    error[rows, y] -= 1\n", "",
    "Your error is the probability alone. At the right class 1 must be subtracted: otherwise every score is pushed down, the right one too.")
loss_and_gradients.mistake(
    "softmax over the batch", "error = softmax(scores, 1)", "error = softmax(scores, 0)",
    "Your softmax runs down the batch, so that the texts compete with each other. The classes are axis 1.")
loss_and_gradients.mistake(
    "log_sum_exp over the batch", "log_sum_exp(scores, 1) - scores[rows, y]", "log_sum_exp(scores, 0).mean() - scores[rows, y]",
    "Your loss normalises over the batch (axis 0). The classes are axis 1.")
loss_and_gradients.mistake(
    "bias forgotten", "x @ weight.T + bias", "x @ weight.T",
    "The bias is missing in the scores.")
loss_and_gradients.mistake(
    "bias gradient summed over the classes", "error.sum(0)", "error.sum(1)",
    "You sum the errors over the classes: that is 0 for every text. The bias of a class is shared by all texts: sum over axis 0.")
loss_and_gradients.mistake(
    "bias gradient averaged again", "error.sum(0)", "error.mean(0)",
    "Your gradient of the bias is divided by B twice: `error` already holds the 1/B. Sum over the texts.")
loss_and_gradients.mistake(
    "bias gradient not summed", "error.sum(0)", "error",
    "Your gradient of the bias still has one row a text. It must have the shape of the bias, (K,): sum over axis 0.")
loss_and_gradients.mistake(
    "weight gradient transposed", "error.T @ x", "x.T @ error",
    "Your gradient of the weights is (V, K). A gradient has the shape of what it belongs to: (K, V).")
loss_and_gradients.mistake(
    "bits", "    return loss, error", "    loss = loss / math.log(2)\n    return loss, error",
    "Your loss is in bits. The task asks for nats, the natural logarithm: that is what these gradients belong to.")
loss_and_gradients.wrong(
    "all classes in the loss", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    logp = scores - log_sum_exp(scores, 1).unsqueeze(1)
    error = logp.exp()
    error[torch.arange(len(y)), y] -= 1
    error /= len(y)
    return -logp[:, y].mean(), error.T @ x, error.sum(0)
""", "`scores[:, y]` takes the column of *every* text's class for every text: a (B, B) table. You want one entry a row: `[rows, y]` with `rows = torch.arange(len(y))`.")
loss_and_gradients.wrong(
    "squared error", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    loss = (log_sum_exp(scores, 1) - scores[torch.arange(len(y)), y]).mean()
    p = softmax(scores, 1)
    error = p.clone()
    error[torch.arange(len(y)), y] -= 1
    error = error * p * (1 - p) / len(y)
    return loss, error.T @ x, error.sum(0)
""", "You multiply the error by p (1 - p). That belongs to a squared error. With the logarithm in the loss it cancels: probability minus 1 at the right class is all.")
loss_and_gradients.also("one-hot rows", """
def loss_and_gradients(weight, bias, x, y):
    right = nn.functional.one_hot(y, len(bias)).to(x.dtype)
    scores = torch.einsum("kv,bv->bk", weight, x) + bias[None]
    top = scores.amax(1, keepdim=True)
    logp = scores - top - (scores - top).exp().sum(1, keepdim=True).log()
    error = (logp.exp() - right) / x.shape[0]
    return -(right * logp).sum() / x.shape[0], torch.einsum("bk,bv->kv", error, x), error.sum(dim=0)
""")
loss_and_gradients.also("text by text", """
def loss_and_gradients(weight, bias, x, y):
    loss, dw, db = torch.zeros((), dtype=x.dtype), torch.zeros_like(weight), torch.zeros_like(bias)
    for row, label in zip(x, y.tolist()):
        scores = weight @ row + bias
        error = softmax(scores, 0)
        error[label] -= 1
        loss += (log_sum_exp(scores, 0) - scores[label]) / len(y)
        dw += torch.outer(error, row) / len(y)
        db += error / len(y)
    return loss, dw, db
""")
loss_and_gradients.also("gather, and divided at the end", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    margin = scores - scores.gather(1, y[:, None])
    error = softmax(margin, 1).scatter_add(1, y[:, None], -torch.ones(len(y), 1, dtype=scores.dtype))
    return log_sum_exp(margin, 1).mean().item(), error.mT @ x / len(y), error.mean(0)
""")


value = exercise(
    "Value", of=_Value, points=4, minutes=9, level=3, given=["__init__", "__add__", "log"],
    parts={"sums and products": 1, "exp": 1, "used twice": 1, "backward twice": 1},
    # a formula in the names of numbers; `c := a * b` keeps what lies between
    probe="""
    def probe(target, numbers, formula, times):
        values = {name: target(number) for name, number in numbers.items()}
        output = eval(formula, {}, values)
        for _ in range(times):
            output.backward()
        return {"output": output.data, "gradients": {name: value.grad for name, value in values.items()}}
    """,
    hints=["If a depends on nothing but b and c, what must be known about a before it can tell b and c anything? So in which order do you go through the Values?",
           "Collect the Values with an inner function that visits a Value's parents first and then appends the Value: every Value stands after its parents. Go through that list backwards, and for each parent add slope times `grad`.",
           "Set every `grad` in `order` to 0.0 and `self.grad` to 1.0. Then `for value in reversed(order): for parent, slope in value.parents: parent.grad += slope * value.grad`. The `+=` matters."])


@value.cases
def _(r):
    yield "sums and products", dict(numbers={"a": 2.0, "b": -3.0}, formula="a + b", times=1)
    yield "sums and products", dict(numbers={"a": 2.0, "b": -3.0}, formula="a * b", times=1)
    yield "sums and products", dict(numbers={"a": 2.0, "b": -3.0, "c": 0.5, "d": 7.0}, formula="(e := a * b + c) * c", times=1)
    yield "exp", dict(numbers={"a": 0.5}, formula="a.exp()", times=1)
    yield "exp", dict(numbers={"a": 0.5, "b": 1.5}, formula="(c := a * b).exp() * b", times=1)
    yield "used twice", dict(numbers={"a": 3.0}, formula="a * a", times=1)
    yield "used twice", dict(numbers={"a": 3.0}, formula="a + a", times=1)
    yield "used twice", dict(numbers={"a": 0.5, "b": 1.25}, formula="(c := a * b) + (d := c * c) * (d + c) * a", times=1)
    yield "used twice", dict(numbers={"a": 0.5, "b": 1.25}, formula="(d := (c := a + b) * c) * a + (c + d).log() * c", times=1)
    yield "used twice", dict(numbers={"a": 0.75, "b": 0.75, "c": 0.75}, formula="(a * b + c) * b", times=1)
    yield "backward twice", dict(numbers={"a": 2.0, "b": 0.25}, formula="(c := a * b).exp() + a", times=2)
    yield "backward twice", dict(numbers={"a": 2.0, "b": 0.25}, formula="(c := a * b) * c + b", times=3)
    numbers = {name: r.between(0.3, 1.7) for name in "abc"}
    yield "sums and products", dict(numbers=numbers, formula=r.choice(["a * b + b * c", "(a + b) * (b + c)", "c * (a * b + c)"]), times=1)
    yield "exp", dict(numbers=numbers, formula=r.choice(["(a * b).exp() + c", "a * (b + c.exp()).exp()"]), times=1)
    for label, times in (("used twice", 1), ("backward twice", 2)):
        formula = r.choice(["(d := a * b + c) * (e := d.exp()) + (d + e).log()", "((d := a + b) * (e := d * c) + d * e).log() + e * a"])
        yield label, dict(numbers=numbers, formula=formula, times=times)


value.mistake(
    "gradients overwritten", "parent.grad += slope", "parent.grad = slope",
    "You overwrite a parent's `grad`. A Value that was used twice has two ways to the output, and its gradient is the sum over both: use `+=`.")
value.mistake(
    "output's own gradient not set", "        self.grad = 1.0\n", "",
    "Nothing ever starts: all gradients stay 0. The output depends on itself with slope 1, so set `self.grad = 1.0` first.")
value.mistake(
    "not reversed", "reversed(order)", "order",
    "You go from the leaves to the output. The gradient flows the other way: start at the output.")
value.wrong(
    "in the order in which they are found", _Value_text := """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def log(self):
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def exp(self):
        y = math.exp(self.data)
        return Value(y, [(self, y)])

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                order.append(value)
                for parent, _ in value.parents:
                    visit(parent)

        visit(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in order:
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
""", "You hand a gradient on before it is complete: a Value passes its `grad` to its parents while another of its users has not reported yet. Append a Value *after* its parents, and go through the list backwards.")
value.wrong(
    "level by level", _Value_text[:_Value_text.index("        order, seen")] + """
        self.grad, level, seen = 1.0, [self], {self}
        while level:
            below = []
            for value in level:
                for parent, slope in value.parents:
                    if parent not in seen:
                        parent.grad = 0.0
                        seen.add(parent)
                        below.append(parent)
                    parent.grad += slope * value.grad
            level = below
""", "You go level by level, as in a tree. Where a long and a short way lead to the same Value, it passes its `grad` on after the short one, before the long one has arrived. Put the Values in an order in which each stands after all its parents.")
value.mistake(
    "gradients of the last run kept", "            value.grad = 0.0\n", "            pass\n",
    "A second `backward` adds to what the first has left. Set the `grad` of every Value in `order` to 0 before you begin.")
value.mistake(
    "slope alone", "parent.grad += slope * value.grad", "parent.grad += slope",
    "You add the slope alone. The chain rule multiplies: slope times the gradient of the Value it leads to.")
value.mistake(
    "output's gradient everywhere", "parent.grad += slope * value.grad", "parent.grad += slope * self.grad",
    "You multiply every slope by the gradient of the *output*, which is 1. Multiply by the gradient of the Value whose parents you are looking at.")
value.mistake(
    "slopes of a product swapped", "[(self, other.data), (other, self.data)]", "[(self, self.data), (other, other.data)]",
    "The slopes of the product are swapped: if `a` grows by 1, `a * b` grows by `b`.")
value.mistake(
    "slopes of a product are 1", "[(self, other.data), (other, self.data)]", "[(self, 1.0), (other, 1.0)]",
    "The slopes of a product are not those of a sum: if `a` grows by 1, `a * b` grows by `b`.")
value.mistake(
    "slope of exp", "return Value(y, [(self, y)])", "return Value(y, [(self, self.data)])",
    "The slope of `exp` is `exp` itself at that place, which you have just computed, not the number that went in.")
value.mistake(
    "slope of exp by the power rule", "return Value(y, [(self, y)])", "return Value(y, [(self, self.data * math.exp(self.data - 1))])",
    "You used the rule for x^n. In e^x the *exponent* is the variable: its slope is e^x itself.")
value.mistake(
    "same parent twice lost", "for parent, slope in value.parents:\n                parent.grad", "for parent, slope in dict(value.parents).items():\n                parent.grad",
    "In `a * a` both parents are the same Value, and a dictionary or set keeps one of them. Go through the list of pairs as it is.")
value.wrong(
    "seen by number", _Value_text[:_Value_text.index("        order, seen")] + """
        order, seen = [], []

        def visit(value):
            if value.data not in seen:
                seen.append(value.data)
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
""", "You tell Values apart by their *number*. Two different Values may hold the same one, and then one of them is never visited. Remember the Value itself.")
_RIGHT_HEAD = _Value_text[:_Value_text.index("        order, seen")]
value.also("count the users that have not reported", _RIGHT_HEAD + """
        users, found = {self: 0}, [self]
        for value in found:
            value.grad = 0.0
            for parent, _ in value.parents:
                if parent not in users:
                    users[parent] = 0
                    found.append(parent)
                users[parent] += 1
        self.grad, ready = 1.0, [self]
        while ready:
            value = ready.pop()
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
                users[parent] -= 1
                if users[parent] == 0:
                    ready.append(parent)
""")
value.also("every way to the output", _RIGHT_HEAD + """
        def clear(value):
            value.grad = 0.0
            for parent, _ in value.parents:
                clear(parent)

        def walk(value, gradient):
            value.grad += gradient
            for parent, slope in value.parents:
                walk(parent, slope * gradient)

        clear(self)
        walk(self, 1.0)
""")
value.also("a list instead of a set, and a stack", _RIGHT_HEAD + """
        order, stack = [], [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif not any(value is other for other in order):
                stack.append((value, True))
                stack.extend((parent, False) for parent, _ in value.parents)
        unique = []
        for value in order:
            if value not in unique:
                unique.append(value)
        for value in unique:
            value.grad = float(value is self)
        while unique:
            value = unique.pop()
            for parent, slope in value.parents:
                parent.grad = parent.grad + value.grad * slope
""")


paired_bootstrap = exercise(
    "paired_bootstrap", of=_paired_bootstrap, points=3, minutes=6, level=2, probe="draws",
    parts={"models that agree often": 2, "other test sets": 1},
    hints=["Which items does one new test set hold, and may an item be in it twice? Are both models judged on the same items?",
           "Draw all D test sets in one call: `torch.randint(n, (draws, n), generator=generator)` is a table of item numbers, one test set a row. Index with it.",
           "`gain = right_b.double() - right_a.double()` is 1, 0 or -1 for each item; `gain[chosen]` is (D, N). Take the mean over the items of each draw."])


def _right(text):
    """Verdicts from a string: + is right."""
    return torch.tensor([letter == "+" for letter in text])


@paired_bootstrap.cases
def _(r):
    yield "models that agree often", dict(right_a=_right("++-+-"), right_b=_right("++++-"), draws=4000, seed=5)
    yield "models that agree often", dict(right_a=_right("+++-+-++--"), right_b=_right("++++++++--"), draws=4000, seed=6)
    yield "other test sets", dict(right_a=_right("+--"), right_b=_right("-++"), draws=4000, seed=7)
    yield "other test sets", dict(right_a=_right("++++-+"), right_b=_right("-+-+--"), draws=3000, seed=8)
    n = 5 + r.below(6)
    a = r.uniform(n) < 0.6
    a[:2] = torch.tensor([True, False])
    b = torch.where(r.uniform(n) < 0.25, ~a, a)
    b[:2] = torch.tensor([True, True])
    yield "models that agree often", dict(right_a=a, right_b=b, draws=4000, seed=r.below(10**6))
    yield "other test sets", dict(right_a=b[: n // 2 + 1], right_b=~a[: n // 2 + 1], draws=3000 + r.below(1000), seed=r.below(10**6))


@paired_bootstrap.law
def _(right_a, right_b, draws):
    """The mean of n independent draws from the gains: their law, convolved n times."""
    gain, n = (right_b.long() - right_a.long()).tolist(), len(right_a)
    law = {0: 1.0}
    for _ in range(n):
        added: dict[int, float] = {}
        for total, p in law.items():
            for g in gain:
                added[total + g] = added.get(total + g, 0.0) + p / n
        law = added
    return {(round(total / n * 1e6) / 1e6 + 0.0,): p for total, p in law.items()}


paired_bootstrap.mistake(
    "not paired", "gain = right_b.double() - right_a.double()  # (N,)\n    return gain[chosen].mean(dim=1)",
    "other = torch.randint(n, (draws, n), generator=generator)\n    return right_b.double()[other].mean(dim=1) - right_a.double()[chosen].mean(dim=1)",
    "Each model gets its own test set. Then one may get the easy items and the other the hard ones, and the difference is far more uncertain than it is. Judge both on the same draw.")
paired_bootstrap.wrong(
    "without replacement", """
def paired_bootstrap(right_a, right_b, draws, generator):
    gain = right_b.double() - right_a.double()
    return torch.stack([gain[torch.randperm(len(gain), generator=generator)].mean() for _ in range(draws)])
""", "You draw without replacement: every draw is the whole test set in another order, and its mean is always the same. Let items be drawn again.")
paired_bootstrap.mistake(
    "gain of A over B", "right_b.double() - right_a.double()", "right_a.double() - right_b.double()",
    "The sign is the other way round: the task asks for the gain of B over A.")
paired_bootstrap.mistake(
    "sum for mean", ".mean(dim=1)", ".sum(dim=1)",
    "You return a number of items. The task asks for a difference of accuracies: divide by N.")
paired_bootstrap.mistake(
    "one item too few", "torch.randint(n, (draws, n)", "torch.randint(n, (draws, n - 1)",
    "Your test sets hold N - 1 items. A drawn test set is as large as the one there is: N.")
paired_bootstrap.mistake(
    "last item never drawn", "torch.randint(n, ", "torch.randint(n - 1, ",
    "The last item is never drawn: `torch.randint(n, ...)` already stops before n.")
paired_bootstrap.mistake(
    "one draw for all", "torch.randint(n, (draws, n), generator=generator)", "torch.randint(n, (1, n), generator=generator).expand(draws, n)",
    "All your draws are one and the same test set. Draw new items for each.")
paired_bootstrap.mistake(
    "no generator", ", generator=generator)", ")",
    "You draw from torch's global generator, so that the result cannot be repeated. Hand `generator` on.")
paired_bootstrap.mistake(
    "own generator", "generator=generator)", "generator=torch.Generator().manual_seed(0))",
    "You make a generator of your own with a fixed seed, so that the caller cannot ask for other draws. Use the argument `generator`.")
paired_bootstrap.mistake(
    "a normal curve", "return gain[chosen].mean(dim=1)  # (D,)", "return gain.mean() + gain.std() / n**0.5 * torch.randn(draws, generator=generator)",
    "You draw from a normal curve around the gain. That is an approximation; the bootstrap draws test items.")
paired_bootstrap.mistake(
    "only items that differ", "chosen = torch.randint(n, (draws, n), generator=generator)",
    "keep = (right_a != right_b).nonzero()[:, 0]\n    chosen = keep[torch.randint(len(keep), (draws, n), generator=generator)]",
    "You draw only items on which the models differ. How many such items a test set holds is part of the uncertainty: draw from all.")
paired_bootstrap.mistake(
    "centred on 0", "return gain[chosen].mean(dim=1)", "return gain[chosen].mean(dim=1) - gain.mean()",
    "You subtract the gain itself, so that your draws lie around 0. That answers another question (what if there were no difference?). The task asks for the gains as they come.")
paired_bootstrap.also("a loop", """
def paired_bootstrap(right_a, right_b, draws, generator):
    gains = []
    for _ in range(draws):
        chosen = torch.randint(len(right_a), (len(right_a),), generator=generator)
        gains.append(right_b[chosen].float().mean() - right_a[chosen].float().mean())
    return torch.stack(gains)
""")
paired_bootstrap.also("how often each item is drawn", """
def paired_bootstrap(right_a, right_b, draws, generator):
    n = len(right_a)
    chosen = torch.multinomial(torch.ones(n), draws * n, replacement=True, generator=generator).reshape(draws, n)
    counts = torch.zeros(draws, n, dtype=torch.float64).scatter_add_(1, chosen, torch.ones(draws, n, dtype=torch.float64))
    return (counts @ right_b.double() - counts @ right_a.double()) / n
""")
paired_bootstrap.also("uniform numbers", """
def paired_bootstrap(right_a, right_b, draws, generator):
    u = torch.rand(draws, right_a.numel(), generator=generator, dtype=torch.float64)
    index = (u * right_a.numel()).floor().long()
    return (right_b[index].sum(1) - right_a[index].sum(1)) / right_a.numel()
""")
