"""What the declarations of chapter 03 share: the names that the notebook gives, and small networks."""

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


def network(r, v, n, m, h, direct=False):
    """The parameters of Bengio's network in float64; hand-made where r is None."""
    shapes = {"C": (v, m), "H": (h, (n - 1) * m), "d": (h,), "U": (v, h), "b": (v,)}
    if direct:
        shapes["W"] = (v, (n - 1) * m)
    if r is None:
        return {name: 0.6 * ramp(*shape, start=17.0 * i) for i, (name, shape) in enumerate(shapes.items())}
    return {name: 0.7 * r.normal(*shape) for name, shape in shapes.items()}


def layer(r, *shape, start=3.0):
    """Numbers that came from or go to a layer; hand-made where r is None."""
    return ramp(*shape, start=start) if r is None else r.normal(*shape)


def words(r, *shape, high):
    """Word numbers with repetitions; hand-made where r is None."""
    if r is not None:
        return r.integers(*shape, high=high)
    count = 1
    for size in shape:
        count *= size
    return (torch.arange(count) ** 2 * 3 % high).reshape(shape)
