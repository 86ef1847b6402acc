"""Ready-made probes. Each is the text of a function `probe(target, **case)` that uses torch, np, math and its arguments only.

The files beside this one are read as text and sent to the child; they are never imported there.
"""

from functools import cache
from pathlib import Path

READY_MADE = ("call", "module", "draws", "trajectory", "verdicts")


@cache
def ready_made(name: str) -> str:
    """The source text of a ready-made probe."""
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
