"""Small checkpoints of ours that ship with the course, half precision, each with the log of its training beside it.

    python -m ngram2bert.pretrained nlm-brown      # makes one again, from the command and the seed in its log

NAME.safetensors holds the tensors, NAME.json the command, seed, settings, machine and curve.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

FOLDER = Path(__file__).parent


def load(name: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """A shipped checkpoint in float32, and its log. Raises FileNotFoundError with the command that makes it."""
    import torch

    from ..training import load_tensors, read_log

    path = FOLDER / f"{name}.safetensors"
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {name}; `python -m ngram2bert.pretrained {name}` trains it")
    return load_tensors(path, torch.float32)[0], read_log(path)
