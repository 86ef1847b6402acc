"""How the checkpoint of chapter 04 is made."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch

from ..claims.record import machine, versions
from ..neural.brown import brown_text
from ..training import save_tensors
from ..vectors.bag import BagLM, BagSettings, train_bag

EPOCHS, SEED, COOL = 5.0, 1, 0.35
MARKS = (0.1, 0.3, 1.0, 2.0, 3.0, 4.0)


def bag_brown(folder: Path) -> None:
    """Chapter 04's bag of four words as a language model: five readings of Brown, 1 minute of one core."""
    settings = BagSettings()
    run, log_noise = train_bag(EPOCHS, SEED, settings, MARKS, COOL)
    params = run.params | {"log_noise": log_noise.float()}
    _, _, validation, test = brown_text()
    model = BagLM(params, settings.n)
    log = {
        "command": "python -m ngram2bert.pretrained bag-brown",
        "what": "the bag of four words of chapter 04: vectors.bag.bag_lm(); words as in neural.brown.brown_text()",
        "seed": SEED,
        "epochs": EPOCHS,
        "cool": COOL,
        "settings": vars(settings),
        "machine": machine(),
        "versions": versions(),
        "perplexity": {"validation": model.perplexity(validation), "test": model.perplexity(test)},
        "curve": [asdict(point) for point in run.points],
        "training_loss_between_points": run.losses,
    }
    save_tensors(folder / "bag-brown.safetensors", params, {"log": "bag-brown.json"}, torch.float16)
    (folder / "bag-brown.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
