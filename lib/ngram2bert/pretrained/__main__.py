"""`python -m ngram2bert.pretrained NAME`: trains a checkpoint, or goes on with a run of its seed, and writes it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import torch

from ..claims.bengio import COOL, trained
from ..neural.brown import Settings
from . import FOLDER
from .bag import bag_brown
from .recurrent import lstm_brown, rnn_brown
from .ship import ship

EPOCHS, SEED = 5.0, 1


def nlm_brown(folder: Path) -> None:
    """Chapter 03's network after five readings of Brown, seed 1: 15 to 20 minutes of one core."""
    settings = Settings()
    run = trained(SEED, EPOCHS, settings)
    what = "Bengio's network, chapter 03: neural.NeuralLM(params); words as in neural.brown.brown_text()"
    ship(folder, "nlm-brown", what, run, settings, EPOCHS, SEED, COOL)


MADE: dict[str, Callable[[Path], None]] = {
    "nlm-brown": nlm_brown,
    "bag-brown": bag_brown,
    "rnn-brown": rnn_brown,
    "lstm-brown": lstm_brown,
}


def main() -> None:
    """Writes NAME.safetensors and NAME.json."""
    parser = argparse.ArgumentParser(prog="python -m ngram2bert.pretrained", description=__doc__)
    parser.add_argument("name", choices=sorted(MADE))
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER", help="beside this file unless given")
    given = parser.parse_args()
    torch.set_num_threads(1)
    MADE[given.name](given.into)
    print(f"{given.name}.safetensors and {given.name}.json written to {given.into.name}")


if __name__ == "__main__":
    main()
