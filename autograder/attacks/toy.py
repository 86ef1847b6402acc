"""The exercises of the small course that is attacked: one of each kind that an attack may aim at, quick to grade.

The last one is the library's own, so that there is a reference of the real course to get at.
"""

from typing import Any

import torch

from autograder.attacks import reference
from autograder.draw import ramp
from autograder.exercise import exercise
from ngram2bert.ngrams import mle as counted

QUICK: dict[str, Any] = dict(minutes=5, level=1, seconds=0.6)
TABLES = dict(low=torch.tensor([[0.5, -1.0, 2.0], [3.0, 7.0, -2.5]], dtype=torch.float64), wide=ramp(2, 5))


def tables(name, r):
    """Two tables by hand and two drawn ones: the cases of every exercise on a table."""
    for table in TABLES.values():
        yield "rows", {name: table.clone()}
    for width in (3, 6):
        yield "rows", {name: r.normal(4, width)}


row_sums = exercise("row_sums", of=reference.row_sums, points=1, parts={"rows": 1}, **QUICK)
row_sums.cases(lambda r: tables("x", r))
row_sums.mistake("columns", "x.sum(1)", "x.sum(0)", "You add up the columns.")

spread = exercise("spread", of=reference.spread, points=4, parts={"rows": 4}, **QUICK)
spread.cases(lambda r: tables("x", r))
spread.mistake("sum for difference", "- x.amin", "+ x.amin", "You add the two.")

softmax = exercise(
    "softmax",
    of=reference.softmax,
    points=4,
    parts={"rows": 4},
    forbids=("softmax", "log_softmax", "logsumexp"),
    **QUICK,
)
softmax.cases(lambda r: tables("x", r))
softmax.mistake("no division", "weights / weights.sum(-1, keepdim=True)", "weights", "They must sum to one.")

affine = exercise(
    "affine",
    of=reference.Affine,
    points=4,
    parts={"weights": 4},
    probe="module",
    forbids=("linear", "bilinear"),
    **QUICK,
)


@affine.cases
def _(r):
    init, shapes = {"size_in": 3, "size_out": 2}, {"weight": (2, 3), "bias": (2,)}
    weights = {name: ramp(*shape, start=len(name)) for name, shape in shapes.items()}
    yield "weights", dict(init=init, weights=weights, inputs=[ramp(4, 3)])
    yield "weights", dict(init=init, weights=r.weights(**shapes), inputs=[r.normal(5, 3)])


affine.mistake("no bias", " + self.bias", "", "The bias is missing.")

relative_spread = exercise(
    "relative_spread",
    of=reference.relative_spread,
    points=4,
    parts={"rows": 4},
    builds_on=["row_sums", "spread"],
    **QUICK,
)
relative_spread.cases(lambda r: tables("x", r))
relative_spread.mistake("sign kept", ".abs()", "", "The sum may be negative: take its size.")

judge_spread = exercise(
    "judge_spread", of=reference.judge_spread, points=4, parts={"verdicts": 4}, probe="verdicts", **QUICK
)


@judge_spread.cases
def _(r):
    right = "def spread(x):\n    return (x.max(1).values - x.min(1).values)\n"
    for source in (spread.source, right, spread.mistakes[0].source):
        yield "verdicts", dict(source=source, name="spread")


judge_spread.mistake("accepts everything", "torch.equal(", "bool(1) or torch.equal(", "It accepts everything.")

mle = exercise("mle", of=counted, points=4, parts={"estimates": 4}, **QUICK)


@mle.cases
def _(r):
    grams = torch.tensor([[0, 1], [0, 2], [1, 2], [2, 0]])
    yield (
        "estimates",
        dict(grams=grams, counts=torch.tensor([3, 1, 2, 5]), query=torch.tensor([[0, 1], [1, 0], [2, 0]])),
    )
    yield "estimates", dict(grams=grams, counts=r.integers(4, low=1, high=9), query=grams)


mle.mistake("counts for shares", " / total", "", "These are counts: divide by the total of the context.")
