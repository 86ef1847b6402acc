"""How the recurrent checkpoints of chapters 05 and 06 are made."""

from __future__ import annotations

from pathlib import Path

from ..claims.recurrent_runs import trained
from ..recurrent import Settings
from .ship import ship

SEED, COOL = 1, 0.35
MARKS = (0.1, 0.3, 1.0, 2.0, 3.0)
RNN = Settings(kind="rnn", sentences=True, dropout=0.2, rate=0.006)
LSTM = Settings(kind="lstm", restart=0.1, dropout=0.2)
LOADED = "words as in neural.brown.brown_text()"


def rnn_brown(folder: Path) -> None:
    """Chapter 05's plain RNN, trained sentence by sentence: four readings, 3 minutes of one core.

    By sentences, each from a zero state: what it reads is what an n-gram reads, so that the two can be compared, and
    chapter 05 has no other state yet.
    """
    _make("rnn-brown", f"the plain RNN of chapter 05: recurrent.rnn_lm(); {LOADED}", RNN, 4.0, folder)


def lstm_brown(folder: Path) -> None:
    """Chapter 06's LSTM, trained on the text as one stream: four readings, 3 minutes of one core.

    The state is carried from batch to batch, and one chunk in ten begins with a zero state, so that the network can be
    read both ways.
    """
    _make("lstm-brown", f"the LSTM of chapter 06: recurrent.lstm_lm(); {LOADED}", LSTM, 4.0, folder)


def _make(name: str, what: str, settings: Settings, epochs: float, folder: Path) -> None:
    run = trained(settings, SEED, epochs, MARKS, cool=COOL)
    ship(folder, name, what, run, settings, epochs, SEED, COOL)
