"""The long form of `bengio`: the paper's table and the crossing, from one command."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import Any

from ..neural.brown import Settings, brown_text
from ..ngrams import UNK, NgramModel, estimate
from ..training import Trained
from .bengio import COOL, EPOCHS, EVERY, ngrams, race, trained
from .bengio_table import BengioTable, Row
from .hmm_lm import committed as committed_hmms
from .mixtures import Mixer
from .neural_race import NeuralRace
from .spread import mean_and_sd, plus_minus

NAME = "03-bengio"
TITLE = "Bengio et al. 2003: a network, the n-grams, and both together, on Brown"
STATES = 100  # of the HMM
LONG, SHORT = max(EPOCHS.values()), min(EPOCHS.values())
TRIED = {"as above": Settings(), "without dropout": Settings(dropout=0.0)}
COUNTED = (
    ("interpolated trigram", 3, "interpolated", "interpolated trigram"),
    ("Katz, n = 3", 3, "katz", ""),
    ("Kneser–Ney, n = 3", 3, "modified_kneser_ney", "Kneser–Ney, n = 3"),
    ("Kneser–Ney, n = 4", 4, "modified_kneser_ney", "Kneser–Ney, n = 4"),
    ("Kneser–Ney, n = 5", 5, "modified_kneser_ney", "Kneser–Ney, n = 5"),
)


def measure() -> dict[str, Any]:
    """The curves of all seeds, and the table on the whole of the validation and the test text."""
    words, _, validation, test = brown_text()
    runs = {seed: trained(seed, epochs) for seed, epochs in EPOCHS.items()}
    best, trigram, _ = ngrams()
    mixer = Mixer.of(best, trigram, validation, test)
    rows = [*hmm_row(), *(counted_row(*model) for model in COUNTED)]
    rows += network_rows(mixer, SHORT, {seed: trained(seed, SHORT) for seed in EPOCHS})
    rows += network_rows(mixer, LONG, {seed: run for seed, run in runs.items() if EPOCHS[seed] == LONG})
    unknown = sum(w == UNK for sentence in test for w in sentence) / sum(map(len, test))
    return {
        "table": BengioTable(rows, len(words) - 1, unknown).data(),
        "race": race(runs).data(),
        "settings": vars(Settings()),
        "parameters": sum(value.numel() for value in next(iter(runs.values())).params.values()),
        "losses": {str(seed): run.losses for seed, run in runs.items()},
        "seeds": list(EPOCHS),
        "epochs": {str(seed): epochs for seed, epochs in EPOCHS.items()},
        "tried": {name: asdict(trained(1, SHORT, settings).points[-1]) for name, settings in TRIED.items()},
    }


def counted_row(name: str, order: int, method: str, paper: str) -> Row:
    """An n-gram model: no chance in it."""
    words, train, validation, test = brown_text()
    options: dict[str, Any] = {"held_out": validation} if method == "interpolated" else {}
    began = time.process_time()
    model: NgramModel = estimate(train, order, len(words), method, **options)
    seconds = time.process_time() - began
    return Row(name, (model.perplexity(validation),), (model.perplexity(test),), (round(seconds, 3),), paper)


def hmm_row() -> list[Row]:
    """Chapter 02's record of the HMM, same text, same words: the step that is best on validation text.

    No row where there is no record of it: `ngram2bert claims 02` makes one.
    """
    try:
        curves = committed_hmms().trained[STATES].values()
    except FileNotFoundError:
        return []
    ends = [min(curve, key=lambda point: point.validation) for curve in curves]
    validation, test = tuple(2**p.validation for p in ends), tuple(2**p.test for p in ends)
    return [Row(f"HMM, {STATES} states", validation, test, tuple(p.seconds for p in ends))]


def network_rows(mixer: Mixer, epochs: float, runs: dict[int, Trained]) -> list[Row]:
    """The network after so many readings, alone and in two mixtures, one figure a seed."""
    found = [mixer(run.params) for run in runs.values()]
    seconds = tuple(run.seconds for run in runs.values())
    read = f"{epochs:g} reading{'s' if epochs != 1 else ''}"

    def row(name: str, validation: str, test: str, paper: str) -> Row:
        told = tuple(f[validation] for f in found)
        return Row(f"{name}, {read}", told, tuple(f[test] for f in found), seconds, paper if epochs == LONG else "")

    return [
        row("network", "validation", "test", "network (MLP9)"),
        row("network and interpolated trigram, 1/2 each", "half_validation", "half", "network and trigram (MLP10)"),
        row("network and Kneser–Ney n = 5, weight by EM", "mixture_validation", "mixture", ""),
    ]


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdict, the table, the crossing, the settings."""
    table, run = BengioTable.from_data(data["table"]), NeuralRace.from_data(data["race"])
    set_ = data["settings"]
    spread = ", ".join(f"seed {seed}: {epochs:g}" for seed, epochs in data["epochs"].items())
    early = [row for row in run.means() if row["test"][0] > run.ngram > row["mixture"][0]]
    order = (
        f"From {early[0]['epochs'][0]:.2g} to {early[-1]['epochs'][0]:.2g} readings: mixture < n-gram < network (at "
        f"{early[-1]['epochs'][0]:.2g}: {plus_minus(*early[-1]['mixture'])} < {run.ngram:.1f} < "
        f"{plus_minus(*early[-1]['test'])}); after that mixture < network < n-gram."
        if early
        else "At no point that was measured was the order mixture < n-gram < network."
    )
    longest = max(run.curves.values(), key=lambda curve: curve[-1].epochs)
    best = min(longest, key=lambda point: point.measured["validation"])
    if best is not longest[-1]:
        order += (
            f" On the validation text the longest run is at its best after {best.epochs:.2g} readings, "
            f"{best.measured['validation']:.1f}, and ends at {longest[-1].measured['validation']:.1f}: what "
            "comes after, "
            "it learns by heart. Bengio et al. stopped early, on validation text."
        )
    lines = [
        verdict(table),
        "",
        run.sentence() + " " + order,
        "",
        "## The table",
        "",
        table.markdown(),
        "",
        f"{table.words:,} words can come next, `</s>` and `UNK_` among them and scored; {table.unknown:.1%} of the "
        "test's words are `UNK_`. ±: standard deviation over the seeds of weights, batches and dropout (of EM's start "
        f"for the HMM). Readings of the training text: {spread}; a network's row without ± is one seed. n-grams have "
        f"no "
        "chance in them. The paper's figures are of the same corpus, but of another split (181,041 test words), "
        "another vocabulary (16,383 "
        "words) and without ends of sentences, so only order and ratio can be compared.",
        "",
        "## The crossing",
        "",
        f"Test perplexity on every {EVERY}th sentence ({run.asked:,} tokens); the n-gram is Kneser–Ney of order 5, "
        f"{run.ngram:.1f} there, after {run.ngram_seconds:.1f} s. The weight of the mixture is EM's on every tenth "
        "sentence of the validation text.",
        "",
        "| CPU s | readings | seeds | network alone | mixture | weight of the network |",
        "|---|---|---|---|---|---|",
    ]
    for row in run.means():
        lines.append(
            f"| {row['seconds'][0]:.0f} | {row['epochs'][0]:.2g} | {row['seeds'][0]} | {plus_minus(*row['test'])} | "
            f"{plus_minus(*row['mixture'])} | {row['weight'][0]:.2f} |"
        )
    lines += [
        "",
        f"The network: n = {set_['n']}, m = {set_['m']}, h = {set_['h']}, {data['parameters']:,} parameters, no "
        f"direct connections, dropout {set_['dropout']:g} on x and a. Adam at {set_['rate']:g} / sqrt(1 + "
        f"t/{set_['half']:g}), batches of {set_['batch']}; measured is an average over about the last tenth of the "
        "weights. One thread, float32, CPU time of training only. A run that was stopped goes on from its checkpoint, "
        "so the time at the foot of this page may be less than the sum of the runs. The run of more than one reading "
        f"lets its rate fall to 0 over the last {COOL:.0%} of its steps.",
        "",
        "## What else was tried",
        "",
        "One seed, one reading, the same sentences:",
        "",
        "| | CPU s | validation, network alone | test, network alone | test, mixture |",
        "|---|---|---|---|---|",
    ]
    for name, last in data["tried"].items():
        found = last["measured"]
        figures = " | ".join(f"{found[key]:.1f}" for key in ("validation", "test", "mixture"))
        lines.append(f"| {name} | {last['seconds']:.0f} | {figures} |")
    return "\n".join(lines)


def verdict(table: BengioTable) -> str:
    """Mixture < network < best n-gram < HMM: what of it holds, decided by the figures."""
    read = f"{LONG:g} readings"
    names = {
        "mixture": f"network and Kneser–Ney n = 5, weight by EM, {read}",
        "network": f"network, {read}",
        "best n-gram": "Kneser–Ney, n = 5",
        "HMM": f"HMM, {STATES} states",
    }
    there = {row.name for row in table.rows}
    levels = {short: mean_and_sd(table.row(name).test)[0] for short, name in names.items() if name in there}
    held = all(a < b for a, b in zip(levels.values(), list(levels.values())[1:], strict=False))
    told = " < ".join(f"{short} {level:.1f}" for short, level in sorted(levels.items(), key=lambda pair: pair[1]))
    gain, sd = table.below(names["network"], names["best n-gram"])
    spread = "" if math.isnan(sd) else f" ± {sd:.1f}"
    return (
        f"{'HOLDS' if held else 'DOES NOT HOLD'}: {' < '.join(levels)}. Test perplexity: {told}. The "
        f"network is {gain:.1f}{spread}% below the best n-gram; in the paper the best mixture, 252, is 19% "
        "below the best n-gram, 312, a class-based one (24%, if one counts from the network)."
    )
