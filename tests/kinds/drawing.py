"""Random draws: the probe `draws`."""

import torch

from autograder.exercise import exercise
from tests.kinds import references
from tests.kinds.hints import HINTS

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
