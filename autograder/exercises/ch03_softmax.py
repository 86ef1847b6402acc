"""Chapter 03: log-softmax."""

import math

import torch

from autograder.draw import ramp
from autograder.exercises.ch03_common import exercise
from ngram2bert.neural.softmax import log_softmax as _log_softmax

log_softmax = exercise(
    "log_softmax", of=_log_softmax, points=2, minutes=8, level=1,
    parts={"values": 1, "any size": 1}, forbids=["log_softmax", "softmax", "logsumexp", "log_sigmoid"],
    hints=["What does the softmax do when the same number is added to all scores? Which number would you like to add?",
           "Take the largest score of each slice away from the scores; `amax(dim, keepdim=True)` keeps the axis, so "
           "that "
           "it broadcasts. Then subtract the logarithm of the sum of the exponentials.",
           "With `shifted = scores - scores.amax(dim, keepdim=True)` the answer is `shifted` minus the log of "
           "`shifted.exp().sum(dim, keepdim=True)`. Never take the log of a quotient: it may be 0."])


@log_softmax.cases
def _(r):
    yield "values", dict(scores=torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64), dim=0)
    yield "values", dict(scores=ramp(3, 3), dim=1)
    yield "values", dict(scores=ramp(3, 3), dim=0)
    yield "values", dict(scores=3 * ramp(2, 3, 4), dim=1)
    yield "values", dict(scores=3 * ramp(2, 3, 4).transpose(0, 2), dim=-1)
    yield "values", dict(scores=torch.tensor([[0.5, -math.inf, 2.0], [-math.inf, -math.inf, 3.0]]).double(), dim=1)
    yield "any size", dict(scores=torch.tensor([1000.0, 1001.0, 999.5], dtype=torch.float64), dim=0)
    yield "any size", dict(scores=torch.tensor([-1000.0, -1003.0, -1001.5], dtype=torch.float64), dim=0)
    yield "any size", dict(scores=torch.tensor([0.0, -800.0, 3.0], dtype=torch.float64), dim=0)
    yield "any size", dict(scores=torch.tensor([[1500.0, 1501.0], [0.0, 1.0]], dtype=torch.float64), dim=1)
    yield "any size", dict(scores=torch.tensor([[95.0, 20.0, -40.0]], dtype=torch.float32), dim=1)
    shape = [1 + r.below(4), 2 + r.below(4), 2 + r.below(3)]
    yield "values", dict(scores=2 * r.normal(*shape), dim=r.choice([0, 1, 2, -1, -2]))
    yield "values", dict(scores=2 * r.normal(2, 5), dim=1)
    yield "any size", dict(scores=700 * r.normal(4, 6) + 900, dim=r.choice([0, 1]))
    yield "any size", dict(scores=60 * r.normal(3, 5, dtype=torch.float32), dim=1)


log_softmax.mistake(
    "no shift", "scores - scores.amax(dim, keepdim=True)", "scores",
    "You take the exponential of the scores as they are. exp(1000) is infinite and exp(-1000) is 0: subtract the "
    "largest score of the slice first.")
log_softmax.mistake(
    "one maximum for the whole tensor", "scores.amax(dim, keepdim=True)", "scores.max()",
    "You subtract the largest score of the *whole* tensor. A slice whose own scores are all much smaller then has only "
    "zeros to add up: each slice needs its own maximum.")
log_softmax.mistake(
    "log of a rounded probability", "return shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "return (shifted.exp() / shifted.exp().sum(dim, keepdim=True)).log()",
    "You make the probability and then take its logarithm. A probability of e^-800 is rounded to 0, and its logarithm "
    "to minus infinity: stay in log space, and subtract.")
log_softmax.mistake(
    "a little something inside the log", "return shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "return (shifted.exp() / shifted.exp().sum(dim, keepdim=True) + 1e-12).log()",
    "You add a tiny number to the probability before the logarithm. That hides the underflow: log p of an unlikely "
    "word "
    "is then always that same number. Subtract logarithms instead.")
log_softmax.mistake(
    "maximum not in both terms", "return shifted - ", "return scores - ",
    "You shift the scores inside the sum, but not those in front: your answer is too large by the maximum.")
log_softmax.mistake(
    "dim ignored: last axis", {"scores.amax(dim, keepdim=True)": "scores.amax(-1, keepdim=True)",
                               "sum(dim, keepdim=True)": "sum(-1, keepdim=True)"}, "",
    "Your sum runs over the last axis whatever `dim` is.")
log_softmax.mistake(
    "sum over all axes", "shifted.exp().sum(dim, keepdim=True).log()", "shifted.exp().sum().log()",
    "You add up the exponentials of the whole tensor. Only those along `dim` compete with each other.")
log_softmax.mistake(
    "sum does not keep its axis", "shifted.exp().sum(dim, keepdim=True).log()", "shifted.exp().sum(dim).log()",
    "Your sum loses its axis. In a square matrix it then broadcasts along the wrong one without a word; use "
    "`keepdim=True`.")
log_softmax.mistake(
    "probabilities", "return shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "return (shifted - shifted.exp().sum(dim, keepdim=True).log()).exp()",
    "These are probabilities. The logarithm of the softmax was asked for.")
log_softmax.mistake(
    "bits", "return shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "return (shifted - shifted.exp().sum(dim, keepdim=True).log()) / math.log(2)",
    "These are logarithms to the base 2. Training is done in nats: `log`.")
log_softmax.mistake(
    "mean for sum", "shifted.exp().sum(dim", "shifted.exp().mean(dim",
    "You divide by the number of scores too. The probabilities of a slice then sum to that number, not to one.")
log_softmax.mistake(
    "scores shifted in place", "shifted = scores - scores.amax(dim, keepdim=True)",
    "shifted = scores.sub_(scores.amax(dim, keepdim=True))",
    "Your answer is right, but you changed the caller's scores. Make a new tensor.")
log_softmax.wrong("scores clamped", """
def log_softmax(scores, dim):
    shifted = scores.clamp(-50, 50)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()
""", "You cut the scores off at some size to keep the exponential finite. Then scores of 60 and 90 are the same. "
     "Subtracting the maximum loses nothing.")
log_softmax.mistake(
    "smallest for largest", "amax(", "amin(",
    "You subtract the *smallest* score, so all exponentials are above 1 and can still overflow. Subtract the largest.")
log_softmax.mistake(
    "maximum taken away twice", "shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "shifted - scores.exp().sum(dim, keepdim=True).log()",
    "You shift the scores in front, but not those inside the sum: your answer is too small by the maximum, and the sum "
    "still overflows.")
log_softmax.mistake(
    "mean for maximum", "amax(", "mean(",
    "You subtract the mean. One score far above it still overflows: only the largest makes every exponential at most "
    "1.")
log_softmax.mistake(
    "dim is always 1", {"scores.amax(dim, keepdim=True)": "scores.amax(1, keepdim=True)",
                        "sum(dim, keepdim=True)": "sum(1, keepdim=True)"}, "",
    "Your sum runs over axis 1 whatever `dim` is.")
log_softmax.also("pairwise differences", """
def log_softmax(scores, dim):
    s = scores.movedim(dim, -1)
    differences = s[..., None, :] - s[..., :, None]
    differences = torch.where((s == -math.inf)[..., :, None], torch.inf, differences)
    return -(differences.amax(-1) + (differences - differences.amax(-1,
            keepdim=True)).nan_to_num(0.0).exp().sum(-1).log()).movedim(-1, dim)
""")
log_softmax.also("logaddexp, one score after the other", """
def log_softmax(scores, dim):
    slices = scores.unbind(dim)
    total = slices[0]
    for s in slices[1:]:
        total = torch.logaddexp(total, s)
    return torch.stack([s - total for s in slices], dim)
""")
log_softmax.also("maximum put back outside", """
def log_softmax(scores, dim):
    top = scores.max(dim, keepdim=True).values
    return scores - (top + torch.log(torch.exp(scores - top).sum(dim, keepdim=True)))
""")
