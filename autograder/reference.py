"""The namespace in which a reference runs, or another text in its place among the reference's own imports."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
import torch

# what every notebook imports in its given cell
USUAL = {"math": math, "np": np, "torch": torch, "nn": torch.nn, "F": torch.nn.functional}


def namespace(
    of: Callable[..., Any], needs: Mapping[str, Any], source: str | None = None, name: str = "solution"
) -> dict[str, Any]:
    """What stands around the library's function or class `of`, and what the notebook's given cells add.

    source  a text to run there; without it the reference itself is what the namespace holds
    name    of the text, in tracebacks
    """
    space = USUAL | vars(sys.modules[of.__module__]) | dict(needs)
    if source is not None:
        exec(_compiled(source, name), space)
    return space


@lru_cache(maxsize=2048)
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<{name}>", "exec")
