"""A training loop: the probe `trajectory`."""

import torch

from autograder.draw import ramp
from autograder.exercise import exercise
from tests.kinds import references
from tests.kinds.hints import HINTS

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
