"""The long form of `recurrent_race`: three cells, three seeds."""

from __future__ import annotations

from typing import Any

from .recurrent_race import BASE, NAMES, RATES, RecurrentRace, measured
from .recurrent_runs import SEEDS
from .spread import mean_and_sd, plus_minus

NAME = "06-race"
TITLE = "Plain RNN, GRU, LSTM and Kneser–Ney on Brown: loss against seconds and against tokens"


def measure() -> dict[str, Any]:
    """The curves of all cells and seeds."""
    return {"race": measured().data(), "settings": vars(BASE), "rates": RATES, "seeds": list(SEEDS)}


def report(data: dict[str, Any]) -> str:
    """Markdown: who is ahead when, the ends, the curves."""
    race, set_ = RecurrentRace.from_data(data["race"]), data["settings"]
    ends = [
        f"| {NAMES[kind]} | {plus_minus(*mean_and_sd(race.end(kind)))} | "
        f"{plus_minus(*mean_and_sd(race.end(kind, 'reset')))} | {race.means(kind)[-1]['seconds'][0]:.0f} |"
        for kind in race.curves
    ]
    rates = ", ".join(f"{NAMES[kind]} {rate:g}" for kind, rate in data["rates"].items())
    return "\n".join(
        [
            race.sentence(),
            "",
            "## At the end",
            "",
            "| cell | read carried | from zero every 32 words | CPU s |",
            "|---|---|---|---|",
            *ends,
            "",
            "The n-gram reads four words of the sentence; a network whose state is carried reads the text, and that "
            "is a part of its lead. From zero every 32 words it reads at most that much.",
            "",
            "## The curves",
            "",
            "```",
            race.table(),
            "```",
            "",
            f"All: m = h = {set_['m']}, tied, stateful, chunks of {set_['steps']} words in {set_['batch']} columns, "
            f"dropout {set_['dropout']:g}; Adam at rate / sqrt(1 + t/{set_['half']:g}) with the rates {rates}; "
            f"gradient norm clipped at {set_['limit']:g}. Measured is an average over about the last tenth of the "
            "weights, with the whole softmax; trained with an estimate of its sum. CPU time of training only, one "
            "thread. Most of it goes into the word table, so that a cell of four blocks costs little more than one of "
            "one. A run that is done is not done again, so the time at the foot of this page may be less than the sum.",
        ]
    )
