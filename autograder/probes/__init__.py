"""Ready-made probes: each is the text of a function `probe(target, **case)` on torch, np, math and its arguments.

The files beside this one are read as text and sent to the child; they are never imported there. What they import, they
import for the type checker alone.
"""

from functools import cache
from pathlib import Path

READY_MADE = ("call", "module", "draws", "trajectory", "verdicts")


@cache
def ready_made(name: str) -> str:
    """The source text of a ready-made probe."""
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
