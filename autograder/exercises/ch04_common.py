"""What the declarations of chapter 04 share: the names that the notebook gives, and small tables of vectors."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, nn

from autograder.draw import ramp
from autograder.exercise import exercise as declare

GIVEN = {"Any": Any, "Callable": Callable, "Generator": Generator, "Iterable": Iterable, "Iterator": Iterator,
         "Tensor": Tensor, "nn": nn}
exercise = partial(declare, needs=GIVEN)


def tables(r, v, m, start=0.0, scale=1.0):
    """The two tables of word vectors in float64; hand-made where r is None."""
    if r is None:
        return dict(C=scale * ramp(v, m, start=start), O=scale * ramp(v, m, start=start + 31.0))
    return dict(C=scale * r.normal(v, m), O=scale * r.normal(v, m))


def ids(*rows):
    """Word numbers as learners get them."""
    return torch.tensor(rows[0] if len(rows) == 1 else rows, dtype=torch.int64)


def loss_probe(*names):
    """The text of a probe: a loss is there to be gone back through, so its gradients are looked at beside its value."""
    return f"""
    def probe(target, **case):
        names = {names}
        leaves = {{name: case[name].clone().requires_grad_() for name in names}}
        loss = target(**{{**case, **leaves}})
        through = isinstance(loss, torch.Tensor) and loss.requires_grad
        tables = list(leaves.values())
        grads = torch.autograd.grad(loss, tables, allow_unused=True) if through else [None] * len(names)
        found = {{"loss": loss.detach() if through else loss}}
        for name, table, grad in zip(names, tables, grads):
            found["gradient with respect to " + name] = torch.zeros_like(case[name]) if grad is None else grad
        found["arguments unchanged"] = all(torch.equal(leaves[name].detach(), case[name]) for name in names)
        return found
    """
