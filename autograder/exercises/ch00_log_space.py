"""Chapter 00: sums of tiny numbers, and scores to probabilities."""

import math

import torch

from autograder.draw import ramp
from autograder.exercises.ch00_common import exercise
from ngram2bert.start.log_space import log_sum_exp as _log_sum_exp
from ngram2bert.start.softmax import softmax as _softmax

INF = math.inf

log_sum_exp = exercise(
    "log_sum_exp", of=_log_sum_exp, points=3, minutes=5, level=2,
    forbids=("logsumexp", "logcumsumexp", "log_softmax", "softmax"),
    parts={"any axis": 1, "huge and tiny": 1, "probability 0": 1},
    hints=["`exp(-1000)` is 0 in the computer. But `exp(-1000 + 1000)` is not. What may you subtract from all terms, "
           "and what must you do afterwards?",
           "Take the largest term *of each row*: `m = x.amax(dim, keepdim=True)`. Subtract it, then `exp`, `sum`, "
           "`log`, and add it back. `m` needs the axis for the subtraction, and must lose it for the addition.",
           "`(x - m).exp().sum(dim).log() + m.squeeze(dim)`. If a whole row is minus infinity, `x - m` is NaN: "
           "replace `m` by 0 there with `torch.where(m.isinf(), 0.0, m)`."])
@log_sum_exp.cases
def _(r):
    p = torch.tensor([[0.1, 0.2, 0.3], [0.5, 0.05, 0.25]], dtype=torch.float64)
    yield "any axis", dict(x=p[0].log(), dim=0)
    yield "any axis", dict(x=p.log(), dim=0)
    yield "any axis", dict(x=p.log(), dim=1)
    yield "any axis", dict(x=ramp(2, 3, 2), dim=1)
    yield "any axis", dict(x=ramp(3, 3), dim=-2)
    yield "any axis", dict(x=ramp(1, 3), dim=1)
    yield "huge and tiny", dict(x=torch.tensor([-1000.0, -1001.0], dtype=torch.float64), dim=0)
    yield "huge and tiny", dict(x=torch.tensor([[1000.0, 999.0], [-2000.0, -2001.5]], dtype=torch.float64), dim=1)
    yield "huge and tiny", dict(x=torch.tensor([[-90.0, 3.0], [-91.0, 5.0]], dtype=torch.float32), dim=0)
    yield "huge and tiny", dict(x=torch.tensor([-800.0, 2.5, 3.0], dtype=torch.float64), dim=0)
    yield "probability 0", dict(x=torch.tensor([-INF, 0.5, -INF, -1.0], dtype=torch.float64), dim=0)
    yield "probability 0", dict(x=torch.tensor([[-INF, -INF], [0.3, -INF]], dtype=torch.float64), dim=1)
    shape = (2 + r.below(3), 3, 4)
    yield "any axis", dict(x=r.normal(*shape) * 3, dim=r.below(3) - 3)
    yield "huge and tiny", dict(x=r.normal(4, 3) * 900, dim=r.below(2))
    masked = r.normal(5, 4).masked_fill(r.uniform(5, 4) < 0.3, -INF)
    yield "probability 0", dict(x=masked, dim=1)


log_sum_exp.mistake(
    "nothing subtracted", "m = torch.where(m.isinf(), 0.0, m)", "m = torch.zeros_like(m)",
    "`exp` of -1000 is 0 in the computer and `exp` of 1000 is infinite, so your logarithm is infinite too. Subtract "
    "the largest term first and add it back at the end.")
log_sum_exp.mistake(
    "one maximum for all", "x.amax(dim, keepdim=True)", "x.amax().expand(x.shape).amax(dim, keepdim=True)",
    "You subtract the largest number of the whole tensor. In a row that lies far below it every term still "
    "underflows to 0. Take the maximum along `dim`.")
log_sum_exp.mistake(
    "maximum without its axis", {"keepdim=True": "keepdim=False", "m.squeeze(dim)": "m"}, "",
    "Your maximum has lost the axis `dim`, and broadcasting lines up the *last* axes: each term loses the maximum of "
    "another row, or the shapes do not fit. Write `keepdim=True`.")
log_sum_exp.mistake(
    "maximum subtracted again", " + m.squeeze(dim)", " - m.squeeze(dim)",
    "You subtract the maximum at the end. It was taken out of the sum, so it comes back with a plus.")
log_sum_exp.mistake(
    "largest size for largest", "x.amax(dim, keepdim=True)", "x.abs().amax(dim, keepdim=True)",
    "You subtract the largest *absolute value*. For x = -1000 that is +1000, and everything underflows. Take the "
    "largest "
    "number, with its sign.")
log_sum_exp.mistake(
    "smallest for largest", "x.amax(dim, keepdim=True)", "x.amin(dim, keepdim=True)",
    "You subtract the smallest term, so that the largest may overflow. Subtract the largest: then no term exceeds "
    "exp(0) = 1.")
log_sum_exp.mistake(
    "a small number inside the logarithm", ".sum(dim).log()", ".sum(dim).add(1e-12).log()",
    "You add a small number inside the logarithm. It hides the trouble: where all terms are minus infinity the "
    "answer is "
    "minus infinity, not -27.6.")
log_sum_exp.mistake(
    "0 for the logarithm of 0", {"    m = torch.where(m.isinf(), 0.0, m)  # inf - inf would be NaN\n": "",
                                 " + m.squeeze(dim)": ".nan_to_num(0.0) + m.squeeze(dim).nan_to_num(neginf=0.0)"}, "",
    "Where all terms are minus infinity you answer 0. That is the logarithm of 1, of certainty. The logarithm of 0 is "
    "minus infinity.")
log_sum_exp.mistake(
    "maximum not added back", " + m.squeeze(dim)", "",
    "You subtract the maximum but never add it back: log(exp(-m) S) is log S - m.")
log_sum_exp.mistake(
    "a row of minus infinity", "    m = torch.where(m.isinf(), 0.0, m)  # inf - inf would be NaN\n", "",
    "Where a whole row is minus infinity, so is its maximum, and inf - inf is NaN. The logarithm of 0 + 0 is minus "
    "infinity: replace such a maximum by 0 before you subtract.")
log_sum_exp.mistake(
    "always the last axis",
    {"x.amax(dim, ": "x.amax(-1, ", ".sum(dim)": ".sum(-1)", "m.squeeze(dim)": "m.squeeze(-1)"}, "",
    "You always sum over the last axis. Use `dim`.")
log_sum_exp.mistake(
    "always the first axis",
    {"x.amax(dim, ": "x.amax(0, ", ".sum(dim)": ".sum(0)", "m.squeeze(dim)": "m.squeeze(0)"}, "",
    "You always sum over the first axis. Use `dim`.")
log_sum_exp.mistake(
    "axis kept", "sum(dim).log() + m.squeeze(dim)", "sum(dim, keepdim=True).log() + m",
    "The numbers are right, but the summed axis is still there with length 1. Drop it at the end.")
log_sum_exp.mistake(
    "every axis of length 1 dropped", "(x - m).exp().sum(dim).log() + m.squeeze(dim)",
    "((x - m).exp().sum(dim, keepdim=True).log() + m).squeeze()",
    "`squeeze()` without an axis drops *every* axis of length 1, also that of a batch of one. Write `squeeze(dim)`.")
log_sum_exp.mistake(
    "logarithms added", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "x.sum(dim)",
    "You add the logarithms. That is the logarithm of the *product*. Here the probabilities themselves are to be "
    "added.")
log_sum_exp.mistake(
    "mean for sum", ".sum(dim)", ".mean(dim)",
    "You take the mean of the exponentials: that is too small by the logarithm of their number. Take the sum.")
log_sum_exp.mistake(
    "base 2", {".exp()": ".exp2()", ".log()": ".log2()"}, "",
    "You use powers of 2. The terms are natural logarithms: `exp` and `log`.")
log_sum_exp.mistake(
    "only the largest", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "x.amax(dim)",
    "You return the maximum. That is close where one term is far above the others, but two equal terms sum to log 2 "
    "more.")
log_sum_exp.mistake(
    "no logarithm", "(x - m).exp().sum(dim).log() + m.squeeze(dim)", "(x - m).exp().sum(dim) * m.exp().squeeze(dim)",
    "You return the sum itself. It underflows; the task asks for its logarithm.")
log_sum_exp.mistake(
    "input changed", "(x - m).exp()", "x.sub_(m).exp()",
    "`sub_` (or `-=`) changes the caller's tensor. Write `x - m`, which makes a new one.")
log_sum_exp.equivalent("0.0 -> 1.0", "any finite number does: what is added to minus infinity does not show")
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
    "softmax", of=_softmax, points=2, minutes=3, level=1, builds_on=["log_sum_exp"], forbids=("softmax", "log_softmax"),
    parts={"any axis": 1, "extremes": 1},
    hints=["What do you divide by, and what does a division become when you work with logarithms?",
           "`log p = scores - log_sum_exp(scores, dim)`, then `exp`. But `log_sum_exp` has lost the axis `dim`: "
           "which shape must it have so that it is subtracted along the right one?",
           "`log_sum_exp(scores, dim).unsqueeze(dim)` puts the axis back with length 1. Without it a square table is "
           "normalised along the wrong axis and nothing complains."])


@softmax.cases
def _(r):
    yield "any axis", dict(scores=torch.tensor([0.0, 1.0, 3.0], dtype=torch.float64), dim=0)
    yield "any axis", dict(scores=torch.tensor([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]], dtype=torch.float64), dim=1)
    two = torch.tensor([[0.0, 1.0], [2.0, -1.5]], dtype=torch.float64)
    yield "any axis", dict(scores=two, dim=1)
    yield "any axis", dict(scores=two, dim=0)
    yield "any axis", dict(scores=ramp(3, 3), dim=-1)
    yield "any axis", dict(scores=ramp(2, 3, 2), dim=-2)
    yield "extremes", dict(scores=torch.tensor([1000.0, 1001.0, 0.0], dtype=torch.float64), dim=0)
    far_apart = torch.tensor([[2.0, -INF, 0.5], [-2000.0, -2001.0, -2003.0]], dtype=torch.float64)
    yield "extremes", dict(scores=far_apart, dim=1)
    yield "extremes", dict(scores=torch.tensor([[88.0, 90.0], [-120.0, 0.5]], dtype=torch.float32), dim=1)
    n = 2 + r.below(4)
    yield "any axis", dict(scores=r.normal(n, n), dim=r.below(2))
    yield "any axis", dict(scores=r.normal(2, 4, 3), dim=r.below(3) - 3)
    yield "extremes", dict(scores=r.normal(4, 5) * 600, dim=r.below(2))


softmax.mistake(
    "axis not put back", ".unsqueeze(dim)", "",
    "`log_sum_exp` has lost the axis `dim`, and broadcasting lines up the *last* axes: each score loses the total of "
    "another row, or the shapes do not fit at all. Put the axis back with `unsqueeze(dim)`.")
softmax.mistake(
    "axis put back at the end", ".unsqueeze(dim)", ".unsqueeze(-1)",
    "You put the axis back at the end, `unsqueeze(-1)`. It was taken from place `dim` and belongs there.")
softmax.mistake(
    "always the last axis", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores, -1).unsqueeze(-1)",
    "You always normalise along the last axis. Use `dim`.")
softmax.mistake(
    "always the first axis", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores, 0).unsqueeze(0)",
    "You always normalise along the first axis: in a batch of texts that is the wrong one, the texts then share one "
    "unit of probability. Use `dim`.")
softmax.mistake(
    "all entries sum to one", "log_sum_exp(scores, dim).unsqueeze(dim)", "log_sum_exp(scores.flatten(), 0)",
    "All your entries together sum to one. Only those along `dim` should.")
softmax.mistake(
    "logarithms returned", "(scores - log_sum_exp(scores, dim).unsqueeze(dim)).exp()",
    "scores - log_sum_exp(scores, dim).unsqueeze(dim)",
    "You return log probabilities. `exp` is missing at the end.")
softmax.mistake(
    "powers of 2", ".exp()", ".exp2()",
    "You use powers of 2, so your rows do not sum to one. `log_sum_exp` speaks in natural logarithms: use `exp`.")
softmax.wrong(
    "plain exponentials", """
def softmax(scores, dim):
    e = scores.exp()
    return e / e.sum(dim, keepdim=True)
""", "The formula is right on paper, but `exp(1000)` overflows and `exp(-2000)` is 0: you divide inf by inf, or 0 by "
     "0. Go through `log_sum_exp`.")
softmax.wrong(
    "one maximum for all", """
def softmax(scores, dim):
    e = (scores - scores.max()).exp()
    return e / e.sum(dim, keepdim=True)
""", "You subtract the largest score of the whole tensor. A row far below it still underflows to 0 / 0. Each row "
     "needs its own maximum; `log_sum_exp` has it.")
softmax.wrong(
    "each score by itself", """
def softmax(scores, dim):
    return torch.sigmoid(scores)
""", "`sigmoid` looks at each score by itself, so your entries do not sum to one along `dim`. Subtract the log of "
     "the sum "
     "over all of them.")
softmax.wrong(
    "no exponential", """
def softmax(scores, dim):
    return scores / scores.sum(dim, keepdim=True)
""", "You divide the scores by their sum. Scores may be negative; `exp` makes them positive first.")
softmax.wrong(
    "divided by the largest", """
def softmax(scores, dim):
    return (scores - scores.amax(dim, keepdim=True)).exp()
""", "The largest entry of each row is 1. Divide by the sum of the row, not by its largest term, so that it sums to "
     "one.")
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
