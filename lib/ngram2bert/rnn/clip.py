"""Gradients that are too long are shortened, all by one factor: the direction stays."""

from __future__ import annotations

import math

from torch import Tensor


def clip_by_norm(grads: dict[str, Tensor], limit: float) -> float:
    """Shorten all gradients together, in place, so that their common norm is at most `limit`.

        n = root of the sum of the squares of all numbers in all gradients
        g <- g limit / n    for every gradient g, if n > limit

    Gradients whose norm is at most `limit` stay as they are; those of norm infinite or NaN too, for no factor mends
    them: the norm that is returned says so.

    grads: tensors by name, of any shapes, perhaps none; limit: 0 or more. Changes the tensors themselves.
    Returns n, the norm before.
    Source: Pascanu et al. 2013, section 3.2, algorithm 1.
    """
    norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))
    if limit < norm < math.inf:
        for g in grads.values():
            g *= limit / norm
    return norm
