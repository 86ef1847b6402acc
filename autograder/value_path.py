"""A place inside a value: how `Difference.where` names it, and what stands there."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import torch

Path = tuple[Any, ...]


def path_of(where: str) -> Path:
    """The steps of `Difference.where`: "['value'][1][0, 2]" gives ("value", 1, (0, 2))."""
    steps: list[Any] = []
    start = where.find("[")
    while start >= 0:
        end = where.find("]", start)
        while end >= 0:  # a key may hold a bracket itself: take the first end that makes sense
            try:
                steps.append(ast.literal_eval(where[start + 1 : end]))
                break
            except (SyntaxError, ValueError):
                end = where.find("]", end + 1)
        if end < 0:
            break
        start = where.find("[", end)
    return tuple(steps)


def at(value: Any, path: Path) -> Any:
    """What stands at the end of a path, or KeyError."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError) as error:
            raise KeyError(step) from error
    return value


def one_token(value: Any) -> bool:
    """True for what is written without brackets: a number, a string, None."""
    return value is None or isinstance(value, (bool, int, float, str, bytes)) or (is_array(value) and value.ndim == 0)


def is_array(value: Any) -> bool:
    """True for a tensor or a NumPy array."""
    return isinstance(value, (torch.Tensor, np.ndarray))


def shape_note(value: Any) -> str:
    """The shape and dtype of a tensor or array, '' for anything else."""
    if not is_array(value):
        return ""
    kind = "tensor" if isinstance(value, torch.Tensor) else "NumPy array"
    return f"{kind} {tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"


def at_digits(one: Any, other: Any, least: int = 5) -> int:
    """So many digits that two different floating numbers look different."""
    if isinstance(one, float) and isinstance(other, float) and one != other:
        return next((d for d in range(least, 17) if f"{one:.{d}g}" != f"{other:.{d}g}"), 17)
    return least
