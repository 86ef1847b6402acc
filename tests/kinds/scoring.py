"""A function, and one that builds on it: the probe `call`."""

import torch

from autograder.exercise import exercise
from tests.kinds import references
from tests.kinds.hints import HINTS

log_softmax = exercise(
    "log_softmax",
    of=references.log_softmax,
    points=3,
    minutes=10,
    level=1,
    hints=HINTS,
    parts={"small": 1, "huge": 1, "random": 1},
    forbids=("log_softmax", "softmax", "logsumexp"),
)


@log_softmax.cases
def _(r):
    yield "small", dict(scores=torch.tensor([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]), dim=1)
    yield "small", dict(scores=torch.tensor([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]], dtype=torch.float64), dim=0)
    yield "huge", dict(scores=torch.tensor([[1000.0, 990.0], [-2000.0, -1990.0]], dtype=torch.float64), dim=-1)
    yield "huge", dict(scores=torch.tensor([[1000.0, -1000.0, 7.0], [0.0, 1.0, 2.0]], dtype=torch.float64), dim=1)
    yield "random", dict(scores=r.normal(3, 5), dim=r.below(2))
    yield "random", dict(scores=r.normal(4, 2, 3).transpose(0, 2), dim=-r.below(3) - 1)
    yield "small", dict(scores=r.normal(2, 4), dim=r.below(2))
    yield "huge", dict(scores=r.normal(3, 4) * 1000, dim=r.below(2) - 2)


log_softmax.mistake(
    "no shift",
    "shifted = scores - scores.amax(dim, keepdim=True)",
    "shifted = scores",
    "exp(1000) overflows. Subtract the maximum first: it cancels in the quotient.",
)
log_softmax.mistake(
    "always the last axis",
    {"amax(dim,": "amax(-1,", ".sum(dim,": ".sum(-1,"},
    "",
    "You ignore `dim`. With `dim=0` the columns must sum to one.",
)
log_softmax.mistake(
    "one maximum for all",
    "scores.amax(dim, keepdim=True)",
    "scores.max()",
    "One maximum for the whole tensor: a row far below it underflows to log 0.",
)
log_softmax.mistake(
    "softmax without the log",
    "return shifted - shifted.exp().sum(dim, keepdim=True).log()",
    "return shifted.exp() / shifted.exp().sum(dim, keepdim=True)",
    "You return probabilities; the logarithm is missing.",
)
log_softmax.mistake(
    "changes its input",
    "shifted = scores - scores.amax(dim, keepdim=True)",
    "shifted = scores.sub_(scores.amax(dim, keepdim=True))",
    "You changed the caller's tensor in place.",
)
log_softmax.also(
    "logaddexp",
    """
def log_softmax(scores, dim):
    total = None
    for row in scores.unbind(dim):
        total = row if total is None else torch.logaddexp(total, row)
    return scores - total.unsqueeze(dim)
""",
)
log_softmax.also(
    "through the axis moved to the end",
    """
def log_softmax(scores, dim):
    s = scores.movedim(dim, -1)
    m = s.max(-1, keepdim=True).values
    return (s - m - (s - m).exp().sum(-1, keepdim=True).log()).movedim(-1, dim)
""",
)

# builds on another


cross_entropy = exercise(
    "cross_entropy", of=references.cross_entropy, points=2, minutes=5, level=1, hints=HINTS, builds_on=["log_softmax"]
)


@cross_entropy.cases
def _(r):
    yield (
        "value",
        dict(
            scores=torch.tensor([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]], dtype=torch.float64), targets=torch.tensor([2, 1])
        ),
    )
    yield (
        "value",
        dict(
            scores=torch.tensor([[1.0, 2.0], [2.0, -1.0], [0.0, 0.5]], dtype=torch.float64),
            targets=torch.tensor([1, 0, 0]),
        ),
    )
    for rows in (1, 6):
        yield "value", dict(scores=r.normal(rows, 4), targets=r.integers(rows, high=4))


cross_entropy.mistake("sum for mean", ".mean()", ".sum()", "You add the rows up; the loss is their mean.")
cross_entropy.mistake(
    "sign lost", "return -logp", "return logp", "The sign is lost: a loss is the *negative* log probability."
)
cross_entropy.mistake(
    "mean over all entries",
    "-logp[torch.arange(len(targets)), targets].mean()",
    "-(logp * nn.functional.one_hot(targets, scores.shape[1])).mean()",
    "You divide by B V entries instead of B rows.",
)
cross_entropy.mistake(
    "softmax over the batch",
    "log_softmax(scores, -1)",
    "log_softmax(scores, 0)",
    "You normalise over the batch; the classes are the last axis.",
)
cross_entropy.also(
    "gather",
    """
def cross_entropy(scores, targets):
    return -log_softmax(scores, 1).gather(1, targets[:, None]).sum() / len(targets)
""",
)
cross_entropy.also(
    "loop",
    """
def cross_entropy(scores, targets):
    logp = log_softmax(scores, 1)
    return sum(-logp[i, t] for i, t in enumerate(targets.tolist())) / len(targets)
""",
)

cross_entropy.equivalent("-1 -> 1", "the last of two axes is axis 1")
