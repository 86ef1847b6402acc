"""What the declarations of chapter 05 share: the names that the notebook gives, and small recurrent networks."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from torch import Generator, Tensor, nn

from autograder.draw import ramp
from autograder.exercise import exercise as declare

GIVEN = {"Any": Any, "Callable": Callable, "Generator": Generator, "Iterable": Iterable, "Iterator": Iterator,
         "Tensor": Tensor, "nn": nn}
exercise = partial(declare, needs=GIVEN)

# torch's ways to have a gradient taken: not where the task is to write it
AUTOGRAD = ["backward", "requires_grad_", "grad", "vjp", "jvp", "jacrev", "jacfwd", "jacobian"]


def weights(r, m, h, start=0.0, scale=0.6, gain=False):
    """The parameters of a recurrent network in float64; hand-made where r is None."""
    shapes = {"W_x": (h, m), "W_h": (h, h), "b": (h,)}
    if gain:
        shapes["gain"] = (h,)
    if r is None:
        return {name: scale * ramp(*shape, start=start + 17.0 * i) for i, (name, shape) in enumerate(shapes.items())}
    return {name: scale * r.normal(*shape) for name, shape in shapes.items()}


def numbers(r, *shape, start=3.0, scale=1.0):
    """Numbers that go into a network or come back from it; hand-made where r is None."""
    return scale * (ramp(*shape, start=start) if r is None else r.normal(*shape))
