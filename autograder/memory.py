"""Bounded memories of what was worked out for one submission and serves the next."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import torch

K = TypeVar("K")
V = TypeVar("V")
TENSOR = 1000  # bytes of a tensor beside its numbers


def remember(
    memory: OrderedDict[K, V], key: K, most: int, make: Callable[[], V], keep: Callable[[V], bool] = lambda _: True
) -> V:
    """What the memory holds under the key, made where it is not there; the least recently used of too many goes.

    keep  whether what was made may stay
    """
    if key in memory:
        memory.move_to_end(key)
        return memory[key]
    value = make()
    if keep(value):
        memory[key] = value
    while len(memory) > most:
        memory.popitem(last=False)
    return value


def takes(value: Any, enough: int) -> int:
    """The bytes that decoded data takes in memory, many times those of its message; a count past `enough` ends there.

    A list of small numbers has a byte for each on the wire, and forty here.
    """
    total, waiting = 0, [value]
    while waiting and total <= enough:
        one = waiting.pop()
        total += sys.getsizeof(one)
        if isinstance(one, torch.Tensor):
            total += TENSOR + one.untyped_storage().nbytes()
        elif isinstance(one, np.ndarray):
            total += TENSOR + one.nbytes
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
    return total
