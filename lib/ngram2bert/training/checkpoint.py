"""Named tensors on disk, with a note beside them. safetensors, never pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


def save_tensors(
    path: Path, tensors: Mapping[str, Tensor], note: Mapping[str, Any], dtype: torch.dtype | None = None
) -> None:
    """Writes tensors and a note of plain data to one file, which is whole or not there at all.

    dtype: what floating tensors are rounded to, float16 to ship them; None leaves them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = {
        name: (value.to(dtype) if dtype and value.is_floating_point() else value).detach().contiguous()
        for name, value in tensors.items()
    }
    partial = path.with_name(path.name + ".part")
    save_file(plain, partial, metadata={"note": json.dumps(note)})
    os.replace(partial, path)


def load_tensors(path: Path, dtype: torch.dtype | None = None) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `save_tensors` wrote: the tensors, floating ones in `dtype` if given, and the note.

    Raises FileNotFoundError where there is no such file.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path.name} in {path.parent}")
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dictionary
        note: dict[str, Any] = json.loads((file.metadata() or {}).get("note", "{}"))
    if dtype:
        tensors = {name: value.to(dtype) if value.is_floating_point() else value for name, value in tensors.items()}
    return tensors, note


def read_log(path: Path) -> dict[str, Any]:
    """The JSON beside a shipped checkpoint: its command, seed, settings and curve."""
    log: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return log
