"""A piece of a long run, kept on disk as JSON: a command that was stopped does only what is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..corpora.cache import cache_folder


def kept(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The plain data at `path`, or what `make` makes, which then lies there. The file is whole or not there at all."""
    if not path.exists():
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_text(json.dumps(made), encoding="utf-8")
        os.replace(partial, path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def run_path(claim: str, *told: object) -> Path:
    """Where a piece is kept: in the user's cache folder, by the claim's name and all that the piece depends on."""
    return cache_folder().parent / "runs" / claim / ("-".join(str(part).replace(" ", "_") for part in told) + ".json")
