"""A small stand-in for the card: `check` returns the points, as text that is a number."""

from __future__ import annotations

import inspect
import math
from typing import Any

__all__ = ["check"]


def check(name: str) -> float:
    """Full marks for right code, 0 for anything else."""
    frame = inspect.currentframe()
    space: dict[str, Any] = frame.f_back.f_globals if frame and frame.f_back else {}
    try:
        if name == "cost":
            return 3.0 * math.isclose(space["mean_cost"]([0.5, 0.125]), 2.0)
        tally = space["Tally"](["a", "b", "a"])
        return 2.0 * (tally.count("a") == 2 and math.isclose(tally.share("b"), 1 / 3))
    except NotImplementedError:
        return 0.0
