"""What every checkpoint that ships leaves behind: NAME.safetensors in fp16, and NAME.json, how it came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..claims.record import machine, versions
from ..training import Trained, save_tensors


def ship(
    folder: Path,
    name: str,
    what: str,
    run: Trained,
    settings: Any,
    epochs: float,
    seed: int,
    cool: float,
    params: Mapping[str, Tensor] | None = None,
    **more: Any,
) -> None:
    """Writes both files.

    what: the model, and how it is loaded; run: its training; settings: a dataclass; epochs, seed, cool: as in
    `training.Plan`; params: what is saved, the run's unless given; more: further entries of the log.
    """
    log = {
        "command": f"python -m ngram2bert.pretrained {name}",
        "what": what,
        "seed": seed,
        "epochs": epochs,
        "cool": cool,
        "settings": vars(settings),
        "machine": machine(),
        "versions": versions(),
        **more,
        "curve": [asdict(point) for point in run.points],
        "training_loss_between_points": run.losses,
    }
    saved = dict(run.params if params is None else params)
    save_tensors(folder / f"{name}.safetensors", saved, {"log": f"{name}.json"}, torch.float16)
    (folder / f"{name}.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
