"""A value in a line or a few, for messages and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch


def show(value: Any, limit: int = 400) -> str:
    """A value as a learner would want to read it: short, four digits, no dtype noise."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        tensor = torch.as_tensor(value)
        with torch._tensor_str.printoptions(precision=4, threshold=60, edgeitems=3, linewidth=90, sci_mode=False):
            text = str(tensor.tolist()) if tensor.dim() == 0 else torch._tensor_str._str(tensor.detach())
    elif isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, dict):
        text = "{" + _joined((f"{key!r}: {show(item, 80)}" for key, item in value.items()), limit) + "}"
    elif isinstance(value, (list, tuple)):
        inner = _joined((show(item, 80) for item in value), limit)
        text = f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[:limit] + " …"


def _joined(texts: Iterable[str], limit: int) -> str:
    """So many of the texts as fill the limit: to write out a million small tensors takes minutes."""
    kept, length = [], 0
    for text in texts:
        kept.append(text)
        length += len(text) + 2
        if length > limit + 2:
            break
    return ", ".join(kept)
