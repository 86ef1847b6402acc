"""The long form of `scale`: the largest stable rate by the scale of the weights, three seeds, two ways."""

from __future__ import annotations

from typing import Any

from .elman import NAMES
from .kept import run_path
from .rates import Rates, shown
from .scale import BATCH, LENGTH, OUTPUT, UNITS, invariance, stable, train
from .single import one_thread
from .spread import plus_minus

NAME = "05-layer-norm"
TITLE = "Layer norm and the learning rate"
SCALES, SEEDS, STEPS = (0.1, 1.0, 10.0), (1, 2, 3), 100
GRIDS = {"hidden": tuple(2.0**k for k in range(7)), "all": tuple(2.0**k for k in range(-2, 4))}
STARTS = ("default", "layer norm")


@one_thread
def measure() -> dict[str, Any]:
    """All runs; what was done before a stop is not done again."""
    data: dict[str, Any] = {"invariance": invariance(), "seeds": list(SEEDS)}
    for mode, grid in GRIDS.items():
        output = OUTPUT if mode == "hidden" else None
        trials = [
            train(start, scale, rate, seed, STEPS, output, run_path(NAME, mode, start, scale, rate, seed, STEPS))
            for scale in SCALES
            for start in STARTS
            for rate in grid
            for seed in SEEDS
        ]
        data[mode] = Rates(trials, stable(), output).data()
    return data


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdict, both tables, the invariance."""
    hidden, everything = Rates.from_data(data["hidden"]), Rates.from_data(data["all"])
    return "\n".join(
        [
            verdict(hidden, everything),
            "",
            "## The rate of what is normalised",
            "",
            f"W_x, W_h, b (and the gain) at the rate, the output layer at {OUTPUT:g} throughout.",
            "",
            *markdown(hidden),
            "",
            "## One rate for all weights",
            "",
            *markdown(everything),
            "",
            "The output layer stands behind the last normalisation: its own largest rate remains.",
            "",
            "## The scale of the weights",
            "",
            "W_x and W_h are multiplied by a number, nothing is trained. With layer norm the states stay (where the "
            "weights are so small that eps under the root counts, they do not), and the gradient of the loss with "
            "respect to W_h is inversely proportional to the number: a large matrix is turned by small steps.",
            "",
            "```",
            data["invariance"],
            "```",
            "",
            f"{UNITS} units, letters of Brown, batches of {BATCH} windows of {LENGTH} letters, {STEPS} steps of plain "
            f"gradient descent without clipping. Stable: the mean loss of the last fifth of the steps is below "
            f"{hidden.level:.2f} nats, a tenth of one below the entropy of the letters' frequencies. Largest: of the "
            "rates that were tried, powers of 2; by seed where the three seeds differ.",
        ]
    )


def markdown(rates: Rates) -> list[str]:
    """A row a scale."""
    lines = [
        "| weights times | largest stable rate, without | with layer norm | lowest loss, without | with layer norm |",
        "|---|---|---|---|---|",
    ]
    for scale in rates.scales:
        largest = [shown(rates.largest(start, scale)) for start in STARTS]
        lowest = [rates.best(start, scale) for start in STARTS]
        cells = [f"{plus_minus(*loss, 2)} at {rate:g}" for rate, loss in lowest]
        lines.append(f"| {scale:g} | " + " | ".join([*largest, *cells]) + " |")
    return [*lines, "", f"Rates {rates.rates[0]:g} to {rates.rates[-1]:g}. {NAMES['default'].capitalize()} weights."]


def verdict(hidden: Rates, everything: Rates) -> str:
    """Layer norm allows larger rates and does not mind the scale: what of it holds, decided by the figures."""
    always = {start: all(min(hidden.largest(start, scale)) > 0 for scale in SCALES) for start in STARTS}
    at_one = {start: min(hidden.largest(start, 1.0)) for start in STARTS}
    larger = at_one["layer norm"] > at_one["default"]
    same = {start: sorted(everything.largest(start, 1.0)) for start in STARTS}
    gain = same["layer norm"][0] > same["default"][-1]
    tamed = always["layer norm"] and not always["default"]
    best = {start: plus_minus(*hidden.best(start, 1.0)[1], 2) for start in STARTS}
    return (
        f"{'HOLDS' if larger else 'DOES NOT HOLD'} for the weights that are normalised: with layer norm the largest "
        f"stable rate is larger: {shown(hidden.largest('layer norm', 1.0))} against "
        f"{shown(hidden.largest('default', 1.0))} without. {'HOLDS' if gain else 'DOES NOT HOLD'} when all weights "
        f"have one rate: {shown(everything.largest('layer norm', 1.0))} against "
        f"{shown(everything.largest('default', 1.0))}. {'HOLDS' if tamed else 'DOES NOT HOLD'}: it tames scale: with "
        f"weights ten times as large the largest stable rate is {shown(hidden.largest('layer norm', 10.0))} with layer "
        f"norm, {shown(hidden.largest('default', 10.0))} without. Weights a tenth as large have ten times the gradient "
        f"under layer norm, and there {shown(hidden.largest('layer norm', 0.1))} is the largest. "
        f"No more is learned in {STEPS} steps, though: at the best rate of "
        f"each, weights as drawn, the loss is {best['layer norm']} nats with layer norm and {best['default']} without."
    )
