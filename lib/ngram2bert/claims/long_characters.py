"""The long form of `characters`: minutes for each GRU, all test words, and the settings that were tried."""

from __future__ import annotations

import random
from typing import Any

import torch

from .character_gru import Settings, train
from .characters import ORDERS, SEEDS, run, spellings
from .race import Race
from .spread import plus_minus

NAME = "01-characters"
TITLE = "Letters: Kneser–Ney in a fraction of a second against a GRU"
BUDGET = 300.0  # seconds of CPU time for each seed
TRIAL = 30.0  # and for each of the settings that were tried
TRIED = (
    Settings(hidden=128),
    Settings(),
    Settings(rate=0.003),
    Settings(rate=0.01, batch=128),
)


def measure() -> dict[str, Any]:
    """The race with a long budget, and what else was tried, on validation words."""
    return {"race": run(BUDGET, SEEDS, ORDERS, asked=None).data(), "seeds": list(SEEDS), "tried": tried()}


def tried() -> list[dict[str, float]]:
    """Bits of each of TRIED on 3,000 validation words after TRIAL seconds, one seed."""
    symbols, words, validation, _ = spellings()
    asked = random.Random(0).sample(validation, 3000)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found = []
        for settings in TRIED:
            last = train(words, asked, len(symbols), TRIAL, 1, settings)[-1]
            found.append({**vars(settings), "bits": round(last.bits, 4), "tokens": last.tokens})
    finally:
        torch.set_num_threads(threads)
    return found


def report(data: dict[str, Any]) -> str:
    """Markdown: who is ahead when, the curve, and the settings."""
    race = Race.from_data(data["race"])
    known = {key: f"{value:g}" for key, value in race.settings.items()}
    best, lowest = race.best, min(race.means(), key=lambda row: row[2])
    lines = [
        f"{race.sentence()} {race.crossings()}",
        "",
        f"So it is a matter of regimes. Whoever has a second has Kneser–Ney (n = {best.order}: {best.bits:.3f} bits in "
        f"{best.seconds:.1f} s). The GRU is at its best, {lowest[2]:.3f} bits, after {lowest[0]:.0f} s and "
        f"{lowest[1] / race.tokens:.1f} readings of the training words; at the end it is at {race.means()[-1][2]:.3f}.",
        "",
        f"Bits are per letter, the end of the word included, on {race.words:,} test words of CMUdict; spellings only. "
        f"Kneser–Ney is the modified one. The GRU: {known['hidden']} units, embedding {known['embedding']}, "
        f"{known['parameters']} parameters, batches of {known['batch']} words, Adam at {known['rate']} falling with "
        f"the square root of the steps, weights averaged over the last tenth of them, one thread, float32. Time is "
        f"CPU time, training only.",
        "",
        "| model | CPU s | million letters read | bits a letter |",
        "|---|---|---|---|",
    ]
    for model in race.counted:
        row = f"{model.seconds:.2f} | {race.tokens / 1e6:.2f} | {model.bits:.3f}"
        lines.append(f"| Kneser–Ney n = {model.order} | {row} |")
    for seconds, tokens, mean, sd in race.means():
        lines.append(f"| GRU | {seconds:.1f} | {tokens / 1e6:.2f} | {plus_minus(mean, sd, 3)} |")
    lines += [
        "",
        f"±: standard deviation over seeds {', '.join(map(str, data['seeds']))}.",
        "",
        f"## What else was tried\n\nBits on 3,000 validation words after {TRIAL:.0f} s of CPU time, one seed:",
        "",
        "| units | rate | words a batch | million letters read | bits a letter |",
        "|---|---|---|---|---|",
    ]
    for trial in data["tried"]:
        read, bits = f"{trial['tokens'] / 1e6:.2f}", f"{trial['bits']:.3f}"
        lines.append(f"| {trial['hidden']} | {trial['rate']} | {trial['batch']} | {read} | {bits} |")
    return "\n".join(lines)
