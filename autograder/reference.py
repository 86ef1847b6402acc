"""Run a reference, or another text in its place among the reference's own imports, in this interpreter."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
import torch

from autograder.outcome import Outcome
from autograder.run import load_probe, quiet_state, run_case

# what every notebook imports in its given cell
USUAL = {"math": math, "np": np, "torch": torch, "nn": torch.nn, "F": torch.nn.functional}
_one_at_a_time = threading.RLock()  # torch's random state is one for all threads


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


def run_here(
    probe_source: str,
    space: dict[str, Any],
    target: str,
    cases: Iterable[dict[str, Any]],
    *,
    seed: int,
    forbids: tuple[str, ...],
) -> list[Outcome]:
    """One outcome for the arguments of each case, as `run_case` gives it; one thread at a time."""
    probe = load_probe(probe_source)
    with _one_at_a_time, quiet_state(seed):
        return [run_case(probe, space, target, case, seed=seed, forbids=forbids, restore=False) for case in cases]


@lru_cache(maxsize=2048)
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<{name}>", "exec")
