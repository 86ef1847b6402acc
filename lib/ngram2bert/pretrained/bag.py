"""How the checkpoint of chapter 04 is made."""

from __future__ import annotations

from pathlib import Path

from ..neural.brown import brown_text
from ..vectors.bag import BagLM, BagSettings, train_bag
from .ship import ship

EPOCHS, SEED, COOL = 5.0, 1, 0.35
MARKS = (0.1, 0.3, 1.0, 2.0, 3.0, 4.0)


def bag_brown(folder: Path) -> None:
    """Chapter 04's bag of four words as a language model: five readings of Brown, 1 minute of one core."""
    settings = BagSettings()
    run, log_noise = train_bag(EPOCHS, SEED, settings, MARKS, COOL)
    params = run.params | {"log_noise": log_noise.float()}
    _, _, validation, test = brown_text()
    model = BagLM(params, settings.n)
    what = "the bag of four words of chapter 04: vectors.bag.bag_lm(); words as in neural.brown.brown_text()"
    perplexity = {"validation": model.perplexity(validation), "test": model.perplexity(test)}
    ship(folder, "bag-brown", what, run, settings, EPOCHS, SEED, COOL, params, perplexity=perplexity)
