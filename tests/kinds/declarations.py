"""The declarations of the six small exercises."""

import torch

from autograder.draw import ramp
from autograder.exercise import exercise, implementations
from tests.kinds import references

HINTS = ("Look at the formula again.", "Write it for one row first.", "Nearly there: which axis is it?")

# function
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

# module, with gradients
highway = exercise(
    "Highway",
    of=references.Highway,
    points=4,
    minutes=15,
    level=2,
    probe="module",
    hints=HINTS,
    parts={"given weights": 3, "start": 1},
)


def _weights(size):
    shapes = {"hidden.weight": (size, size), "hidden.bias": (size,), "gate.weight": (size, size), "gate.bias": (size,)}
    return {name: ramp(*shape, start=10.0 * i) for i, (name, shape) in enumerate(shapes.items())}


@highway.cases
def _(r):
    yield "given weights", dict(init={"size": 2, "bias": -1.0}, weights=_weights(2), inputs=[ramp(3, 2, start=50)])
    yield "start", dict(init={"size": 3, "bias": -2.0}, weights=None, inputs=[ramp(2, 3)])
    shapes = dict(hidden__weight=(4, 4), hidden__bias=(4,), gate__weight=(4, 4), gate__bias=(4,))
    yield (
        "given weights",
        dict(init={"size": 4, "bias": r.between(-3, 3)}, weights=r.weights(**shapes), inputs=[r.normal(2, 5, 4)]),
    )


highway.mistake(
    "gate the wrong way round",
    "t * torch.relu(self.hidden(x)) + (1 - t) * x",
    "(1 - t) * torch.relu(self.hidden(x)) + t * x",
    "t opens the transform, 1 - t carries: yours are swapped.",
)
highway.mistake("carry not gated", "(1 - t) * x", "x", "You add all of x. The carry gate is 1 - t.")
highway.mistake("no relu", "torch.relu(self.hidden(x))", "self.hidden(x)", "The transform is linear without its relu.")
highway.mistake(
    "gate's bias not set",
    "nn.init.constant_(self.gate.bias, bias)",
    "",
    "The gate's bias starts at `bias`, so that it carries at first.",
)
highway.mistake(
    "detached gate",
    "torch.sigmoid(self.gate(x))",
    "torch.sigmoid(self.gate(x)).detach()",
    "No gradient reaches the gate: it is detached.",
)
highway.also(
    "lerp",
    """
class Highway(nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.hidden, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        self.gate.bias.data.fill_(bias)

    def forward(self, x):
        return torch.lerp(x, self.hidden(x).clamp(min=0), self.gate(x).sigmoid())
""",
)
highway.also(
    "own matrices",
    """
class Highway(nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.hidden, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        with torch.no_grad():
            self.gate.bias[:] = bias

    def forward(self, x):
        h = (x @ self.hidden.weight.T + self.hidden.bias).relu()
        t = 1 / (1 + torch.exp(-(x @ self.gate.weight.T + self.gate.bias)))
        return x + t * (h - x)
""",
)

# random
sample = exercise(
    "sample", of=references.sample, points=2, minutes=10, level=2, probe="draws", hints=HINTS, forbids=("multinomial",)
)


@sample.cases
def _(r):
    yield "law", dict(probabilities=torch.tensor([0.5, 0.0, 0.2, 0.3], dtype=torch.float64), n=4000, seed=3)
    yield "law", dict(probabilities=torch.tensor([0.1, 0.6, 0.3], dtype=torch.float64) * 2, n=4000, seed=4)
    yield "law", dict(probabilities=r.probabilities(6), n=4000, seed=r.below(10**6))


@sample.law
def _(probabilities, n):
    return probabilities / probabilities.sum()


sample.mistake(
    "uniform",
    "(u[:, None] >= edges).sum(1)",
    "torch.randint(len(edges), (n,), generator=generator)",
    "Every outcome comes equally often: the probabilities are not used.",
)
sample.mistake(
    "no generator",
    "torch.rand(n, generator=generator)",
    "torch.rand(n)",
    "You draw from the global generator, so a run cannot be repeated.",
)
sample.mistake(
    "weights taken for probabilities", " * edges[-1]", "", "The weights need not sum to one: scale u by their sum."
)
sample.mistake(
    "one draw for all",
    "torch.rand(n, generator=generator)",
    "torch.rand(1, generator=generator).repeat(n)",
    "All rows are one and the same draw.",
)
sample.mistake(
    "off by one", "(u[:, None] >= edges).sum(1)", "(u[:, None] >= edges).sum(1) - 1", "Your outcomes are one too low."
)
sample.also(
    "loop",
    """
def sample(probabilities, n, generator):
    edges, out = (probabilities.cumsum(0) / probabilities.sum()).tolist(), []
    for u in torch.rand(n, generator=generator).tolist():
        out.append(next((i for i, e in enumerate(edges) if u < e), len(edges) - 1))
    return torch.tensor(out)
""",
)
sample.also(
    "exponential race",
    """
def sample(probabilities, n, generator):
    clocks = -torch.log1p(-torch.rand(n, len(probabilities), generator=generator, dtype=torch.float64))
    return (clocks / probabilities).argmin(1)
""",
)
sample.equivalent("u[:, None] >= edges -> u[:, None] > edges", "u falls on an edge with probability 2 ** -24")

# training
train = exercise("train", of=references.train, points=5, minutes=20, level=3, probe="trajectory", hints=HINTS)
LAYERS = [["Linear", 3, 4], ["BatchNorm1d", 4], ["Tanh"], ["Linear", 4, 2]]


def _stack(fill):
    shapes = {"0.weight": (4, 3), "0.bias": (4,), "1.weight": (4,), "1.bias": (4,), "3.weight": (2, 4), "3.bias": (2,)}
    state = {name: fill(*shape) for name, shape in shapes.items()}
    zeros, ones = torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64)
    return state | {"1.running_mean": zeros, "1.running_var": ones, "1.num_batches_tracked": torch.tensor(0)}


@train.cases
def _(r):
    starts = iter(range(100, 1000, 37))
    fill = lambda *shape: ramp(*shape, start=next(starts))  # noqa: E731
    batches = [[fill(5, 3), fill(5, 2)] for _ in range(3)]
    weights = _stack(fill)
    yield (
        "steps",
        dict(layers=LAYERS, weights=weights, batches=batches, settings={"rate": 0.1, "clip": 0.5}, train=False),
    )
    yield "steps", dict(layers=LAYERS, weights=weights, batches=batches, settings={"rate": 0.1, "clip": 50.0})
    batches = [[r.normal(4, 3), r.normal(4, 2)] for _ in range(3)]
    yield (
        "steps",
        dict(
            layers=LAYERS, weights=_stack(r.normal), batches=batches, settings={"rate": 0.2, "clip": r.between(0.1, 9)}
        ),
    )


train.mistake(
    "gradients pile up",
    "        model.zero_grad()\n",
    "",
    "Without zero_grad every batch adds to the gradients of the last.",
)
train.mistake(
    "clipped after the step",
    {
        "        nn.utils.clip_grad_norm_(model.parameters(), clip)\n": "",
        "        total += loss.item()\n": (
            "        nn.utils.clip_grad_norm_(model.parameters(), clip)\n        total += loss.item()\n"
        ),
    },
    "",
    "You clip after the step: that changes nothing any more.",
)
train.mistake(
    "clipped by value",
    "nn.utils.clip_grad_norm_(",
    "nn.utils.clip_grad_value_(",
    "You cut every entry by itself: the direction changes.",
)
train.mistake("left in training mode", "    model.eval()\n", "", "The model leaves in training mode.")
train.mistake(
    "never in training mode", "    model.train()\n", "", "You never call train(): batch norm keeps its old statistics."
)
train.mistake(
    "last loss returned",
    "total += loss.item()",
    "total = loss.item() * len(batches)",
    "You return the last loss, not the mean.",
)
train.mistake("climbs", "p -= rate", "p += rate", "You climb the loss: the step goes against the gradient.")
train.also(
    "torch.optim",
    """
def train(model, batches, rate, clip):
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=rate), []
    model.train()
    for x, y in batches:
        optimizer.zero_grad()
        losses.append(((model(x) - y) ** 2).mean())
        losses[-1].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
    model.eval()
    return torch.stack(losses).mean().item()
""",
)
train.also(
    "autograd.grad",
    """
def train(model, batches, rate, clip):
    model.train(True)
    losses = []
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x), y)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        norm = torch.sqrt(sum((g ** 2).sum() for g in grads))
        scale = min(1.0, clip / (float(norm) + 1e-6))
        with torch.no_grad():
            for p, g in zip(model.parameters(), grads):
                p.sub_(rate * scale * g)
        losses.append(loss.item())
    model.train(False)
    return sum(losses) / len(losses)
""",
)

# graded tests
judge_log_softmax = exercise(
    "judge_log_softmax",
    of=references.judge_log_softmax,
    points=4,
    minutes=15,
    level=3,
    probe="verdicts",
    parts={"right ways": 1, "mistakes": 3},
    hints=HINTS,
)


@judge_log_softmax.cases
def _(r):
    for label, source in implementations(log_softmax):
        yield label, dict(source=source, name="log_softmax")


judge_log_softmax.mistake(
    "last axis only",
    "for dim in (0, 1, -1):",
    "for dim in (1, -1):",
    "You never try `dim=0`: code that ignores `dim` passes.",
)
judge_log_softmax.mistake(
    "no huge scores",
    "[[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]]",
    "[[1.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -8.0, 1.0]]",
    "All your scores are small: nothing overflows.",
)
judge_log_softmax.mistake(
    "input not watched",
    "candidate(x, dim)",
    "candidate(x.clone(), dim)",
    "You do not look whether the input was changed.",
)
judge_log_softmax.wrong(
    "shape only",
    """
def judge_log_softmax(candidate):
    x = torch.randn(2, 3)
    return candidate(x, 1).shape == x.shape
""",
    "A shape says little: look at the numbers.",
)
judge_log_softmax.wrong(
    "accepts everything", "def judge_log_softmax(candidate):\n    return True\n", "Your test accepts everything."
)
judge_log_softmax.equivalent(
    "torch.tensor([[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]], dtyp... -> "
    "torch.tensor([[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]])",
    "single precision shows every mistake too",
)
judge_log_softmax.also(
    "by assertion",
    """
def judge_log_softmax(candidate):
    for dim in (0, 1):
        x = torch.tensor([[900.0, 1.0], [-700.0, 2.0], [0.5, 0.25]], dtype=torch.float64)
        got = candidate(x.clone(), dim)
        assert torch.allclose(got.exp().sum(dim), torch.ones(x.shape[1 - dim], dtype=torch.float64))
        y = x.clone()
        assert torch.allclose(candidate(y, dim), x - torch.logsumexp(x, dim, keepdim=True))
        assert torch.equal(x, y)
""",
)
judge_log_softmax.also(
    "against a loop",
    """
def judge_log_softmax(candidate):
    x = torch.tensor([[900.0, 1.0, 0.0], [-700.0, 2.0, 4.0]], dtype=torch.float64)
    keep = x.clone()
    rows = torch.stack([row - torch.logsumexp(row, 0) for row in keep])
    columns = torch.stack([c - torch.logsumexp(c, 0) for c in keep.T]).T
    ok = torch.allclose(candidate(x, 1), rows) and torch.allclose(candidate(x, 0), columns)
    return ok and torch.equal(x, keep)
""",
)
