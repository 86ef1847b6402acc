"""Is a gradient right? Ask the function itself, one number at a time."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor | float], w: Tensor, step: float = 1e-5) -> Tensor:
    """The gradient of a function by central differences.

        df/dw_i  is about  (f(w + step e_i) - f(w - step e_i)) / (2 step)

    The error falls with the square of the step (one-sided differences: with the step itself), until rounding wins. It
    takes two calls a number of `w`: good for a test, hopeless for training. `w` itself is left as it is.

    f: takes a tensor of the shape of w, returns one number; w: any shape, float64. Returns the shape of w.
    Source: Press et al., Numerical Recipes, 3rd edition, section 5.7.
    """
    slopes = []
    for i in range(w.numel()):
        e = w.new_zeros(w.numel())
        e[i] = step
        e = e.reshape(w.shape)
        slopes.append(float(f(w + e) - f(w - e)) / (2 * step))
    return torch.tensor(slopes, dtype=w.dtype).reshape(w.shape)
