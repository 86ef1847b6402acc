"""The long form of `recall`: six tasks, five networks, three seeds; other rates; and the reason, by `spans`."""

from __future__ import annotations

import math
from typing import Any

from . import spans
from .elman import NAMES, STARTS
from .kept import run_path
from .recall import train
from .recall_race import Recall, Run, order_free
from .single import one_thread
from .spread import mean_and_sd, plus_minus

NAME = "05-recall"
TITLE = "Recall over blanks: default, identity and orthogonal weights, with layer norm and without"
TASKS = {(1, 10): 1000, (1, 20): 1000, (1, 50): 1000, (2, 20): 1500, (2, 50): 1500, (3, 50): 1500}
SEEDS = (1, 2, 3)
RATE = 0.001
TRIED = {(3, 50): (0.0003,), (2, 50): (0.0003, 0.003)}  # other rates, seed 1


@one_thread
def measure() -> dict[str, Any]:
    """All runs; what was done before a stop is not done again."""

    def one(start: str, task: tuple[int, int], seed: int, rate: float) -> Run:
        symbols, blanks = task
        path = run_path(NAME, start, symbols, blanks, seed, TASKS[task], rate)
        return train(start, blanks, symbols, seed, TASKS[task], rate, path)

    runs = [one(start, task, seed, RATE) for task in TASKS for start in STARTS for seed in SEEDS]
    tried = [one(start, task, 1, rate) for task, rates in TRIED.items() for rate in rates for start in STARTS]
    why = spans.run(seeds=SEEDS)
    data = {"recall": Recall(runs).data(), "tried": Recall(tried).data(), "spans": why.data()}
    return {**data, "seeds": list(SEEDS)}


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdicts, the tasks, the race, the reason, the other rates."""
    found, why = Recall.from_data(data["recall"]), spans.Spans.from_data(data["spans"])
    lines = [
        *verdicts(found),
        "",
        "## The tasks",
        "",
        "Accuracy after training, mean ± standard deviation over seeds " + ", ".join(map(str, SEEDS)) + "; in brackets "
        "the mean CPU seconds to 0.99, where all seeds got there. Chance is 0.125.",
        "",
        "| symbols | blanks | steps at most | " + " | ".join(NAMES[start] for start in STARTS) + " |",
        "|---|---|---|" + "---|" * len(STARTS),
    ]
    for symbols, blanks in found.tasks:
        mine = found.of(blanks, symbols)
        cells = " | ".join(cell(mine, start) for start in STARTS)
        lines.append(f"| {symbols} | {blanks} | {TASKS[symbols, blanks]:,} | {cells} |")
    free = ", ".join(f"{order_free(symbols):.3f} of {symbols}" for symbols in (2, 3))
    lines += [
        "",
        f"Who knows which symbols there were but not their order would be right in {free}.",
        "",
        "## Loss against CPU seconds",
        "",
        *races(found),
        "",
        "## Why",
        "",
        "The gradient of the networks *before* training, from 50 steps away: the largest singular value of "
        "dh_T/dh_{T-50}, and in about how many directions, (Σ s²)² / Σ s⁴, it arrives.",
        "",
        "| network | norm after 10 steps | after 50 | directions after 10, of 64 | after 50 |",
        "|---|---|---|---|---|",
    ]
    for start in why.starts:
        (near, _), few = why.at(start, 10)
        (far, _), many = why.at(start)
        lines.append(f"| {NAMES[start]} | {near:.2g} | {far:.2g} | {plus_minus(*few)} | {plus_minus(*many)} |")
    lines += [
        "",
        "Layer norm divides by the size of W_x x + W_h h, so W_h may be of any size: what vanished no longer vanishes. "
        "But it does not make the singular values equal: a product of many random matrices has one that is far above "
        "all others, and orthogonal weights are disturbed by the division and by tanh far from 0. One direction is "
        "enough for one symbol.",
        "",
        "## Other rates",
        "",
        "50 blanks, seed 1, accuracy at the end:",
        "",
        "| symbols | rate of Adam | " + " | ".join(NAMES[start] for start in STARTS) + " |",
        "|---|---|" + "---|" * len(STARTS),
    ]
    tried = Recall.from_data(data["tried"])
    for symbols, blanks in sorted(TRIED):
        first = [run for run in found.of(blanks, symbols).runs if run.seed == 1] + tried.of(blanks, symbols).runs
        for rate in sorted({run.rate for run in first}):
            at = {run.start: run.marks[-1].accuracy for run in first if run.rate == rate}
            lines.append(f"| {symbols} | {rate:g} | " + " | ".join(f"{at[start]:.2f}" for start in STARTS) + " |")
    lines += [
        "",
        "64 units, one-hot inputs, batches of 32 drawn afresh, Adam at 0.001, gradients clipped at norm 1; a run ends "
        "when it is right twice in a row. Measured on 500 sequences that are in no batch. CPU time of training only, "
        "one thread; layer norm is a loop of ours, the others are torch's own. All runs together: "
        f"{sum(run.marks[-1].seconds for run in [*found.runs, *tried.runs]):.0f} CPU s of training; a run that is done "
        "is not done again when the command is stopped and begun afresh, so the time below may be less.",
    ]
    return "\n".join(lines)


def cell(mine: Recall, start: str) -> str:
    """Accuracy, and the seconds to 0.99."""
    runs = [run for run in mine.runs if run.start == start]
    marks = [run.reached() for run in runs]
    seconds = [mark.seconds for mark in marks if mark]
    told = f" ({mean_and_sd(seconds)[0]:.1f} s)" if len(seconds) == len(runs) else ""
    return plus_minus(*mine.final(start), 2) + told


def verdicts(found: Recall) -> list[str]:
    """What course and papers say, against what came out: decided by the figures."""
    at = {(symbols, start): found.of(50, symbols).final(start)[0] for symbols in (1, 2, 3) for start in STARTS}
    stretch = at[1, "orthogonal"] > 0.99 and at[1, "default"] < 0.25
    norm = any(at[symbols, "layer norm"] > at[symbols, "default"] + 0.1 for symbols in (1, 2, 3))
    ahead = all(at[symbols, "orthogonal"] > at[symbols, "layer norm"] for symbols in (2, 3))
    told = {start: ", ".join(f"{at[n, start]:.2f}" for n in (1, 2, 3)) for start in STARTS}
    return [
        f"{'HOLDS' if stretch else 'DOES NOT HOLD'}: orthogonal weights stretch the span. One, two, three symbols over "
        f"50 blanks: {told['orthogonal']}; with default weights {told['default']} (chance 0.125).",
        "",
        f"{'DOES NOT HOLD' if norm else 'HOLDS'}: layer norm does not stretch the span. With default weights and layer "
        f"norm: {told['layer norm']}. It stretches it {'less than' if ahead else 'as much as'} orthogonal weights do; "
        f"with both, {told['orthogonal, layer norm']}. The rate matters: see the last table.",
        "",
        f"The identity keeps what was there, not in which order: {at[2, 'identity']:.2f} and {at[3, 'identity']:.2f} "
        f"with two and three symbols, where {order_free(2):.2f} and {order_free(3):.2f} can be had without order. "
        "Henaff, Szlam & LeCun 2016 found the identity good for adding, random orthogonal weights for copying.",
    ]


def races(found: Recall) -> list[str]:
    """Where the mean loss of the orthogonal network gets below each other one's for good."""
    lines = [
        "| symbols | blanks | orthogonal is below " + " | below ".join(NAMES[s] for s in STARTS if s != "orthogonal")
    ]
    lines[0] += " |"
    lines.append("|---|---|" + "---|" * (len(STARTS) - 1))
    for symbols, blanks in found.tasks:
        mine = found.of(blanks, symbols)
        cells = []
        for other in (start for start in STARTS if start != "orthogonal"):
            second = mine.crossing(other, "orthogonal")
            back = mine.crossing("orthogonal", other)
            told = "always" if second <= 0.05 else f"from {second:.1f} s"
            if math.isinf(second):
                told = "not" if back <= 0.05 else f"not after {back:.1f} s"
            cells.append(told)
        lines.append(f"| {symbols} | {blanks} | " + " | ".join(cells) + " |")
    overtaken = [
        f"with {symbols} symbols over {blanks} blanks from {second:.1f} s on"
        for symbols, blanks in found.tasks
        if 0.05 < (second := found.of(blanks, symbols).crossing("identity", "layer norm")) < math.inf
    ]
    lines += ["", "Up to the end of the one that ended first; ‘not’: the other one's mean loss is lower then."]
    if overtaken:
        lines[-1] += f" {NAMES['layer norm'].capitalize()} gets below the identity {', '.join(overtaken)}."
    return lines
