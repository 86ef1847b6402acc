"""What the declarations of chapter 06 share: the names that the notebook gives, and small weights."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from torch import Generator, Tensor, nn

from autograder.draw import ramp
from autograder.exercise import exercise as declare

GIVEN = {"Any": Any, "Callable": Callable, "Generator": Generator, "Iterable": Iterable, "Iterator": Iterator,
         "Tensor": Tensor, "nn": nn}
exercise = partial(declare, needs=GIVEN)


def numbers(r, *shape, start=3.0):
    """Irregular float64 numbers; hand-made where r is None."""
    return ramp(*shape, start=start) if r is None else r.normal(*shape)


def lstm_weights(r, m, h, start=0.0):
    """The parameters of an LSTM; hand-made where r is None."""
    shapes = {"W_x": (4 * h, m), "W_h": (4 * h, h), "b": (4 * h,)}
    return {name: 0.8 * numbers(r, *shape, start=start + 17.0 * i) for i, (name, shape) in enumerate(shapes.items())}


def gru_weights(r, m, h, start=0.0):
    """The parameters of a GRU; hand-made where r is None."""
    shapes = {"W_x": (3 * h, m), "W_h": (3 * h, h), "b_x": (3 * h,), "b_h": (3 * h,)}
    return {name: 0.8 * numbers(r, *shape, start=start + 17.0 * i) for i, (name, shape) in enumerate(shapes.items())}
