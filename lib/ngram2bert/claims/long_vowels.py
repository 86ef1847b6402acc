"""The long form of `vowels`: other random starts, other sentences, other amounts of text."""

from __future__ import annotations

from typing import Any

from .vowels import Vowels, run

NAME = "02-vowels"
TITLE = "Two states and Brown's letters: EM finds the vowels, or a worse optimum"
SEEDS = (1, 101, 201)
RESTARTS, STEPS = 10, 300
SIZES = (100, 400, 1600)  # sentences


def measure() -> dict[str, Any]:
    """For each amount of text three times ten restarts."""
    runs = {str(size): {str(seed): thinned(run(size, RESTARTS, STEPS, seed)) for seed in SEEDS} for size in SIZES}
    return {"runs": runs, "seeds": list(SEEDS)}


def thinned(found: Vowels) -> dict[str, Any]:
    """The data with every twentieth step and the last; `rise`, the largest rise of the bits in any step."""
    data = found.data()
    for row in data["restarts"]:
        row["bits"] = row["bits"][::20] + row["bits"][-1:]
    return {**data, "rise": round(max(0.0, *(restart.worst_rise for restart in found.restarts)), 6)}


def report(data: dict[str, Any]) -> str:
    """Markdown: how often which optimum is found."""
    lines = [
        "A hidden Markov model with two states is fitted by Baum–Welch to the letters a to z and the space of Brown's "
        f"first sentences, a sentence a sequence; {RESTARTS} random starts of {STEPS} steps, three times over. It is "
        "told nothing about vowels.",
        "",
        "| sentences | letters | seeds | bits a letter, best | worst | starts at the best | its first state | largest "
        "rise of the bits in a step |",
        "|---|---|---|---|---|---|---|---|",
    ]
    all_starts = reached = clean = 0
    for size, runs in data["runs"].items():
        for seed, held in runs.items():
            found = Vowels.from_data(held)
            worst = max(restart.bits[-1] for restart in found.restarts)
            lines.append(
                f"| {size} | {found.letters:,} | {seed} to {int(seed) + len(found.restarts) - 1} | "
                f"{found.best.bits[-1]:.4f} | {worst:.4f} | {len(found.at_best)} of {len(found.restarts)} | "
                f"{found.best.letters[0]} | {held['rise']:.6f} |"
            )
            all_starts += len(found.restarts)
            reached += len(found.at_best)
            clean += sum(restart.vowels for restart in found.restarts)
    lines += [
        "",
        f"Of {all_starts} starts {reached} came to the best optimum of their ten, and {clean} have the vowels a, e, i, "
        "o, u and no other letter in one state, with the space (`_`) or without it. The bits never rise: "
        "that is the theorem. But EM goes up the hill that it stands on, and there are several.",
        "",
        "## What the starts found",
        "",
        "| sentences | seed | bits a letter | one state | the other |",
        "|---|---|---|---|---|",
    ]
    for size, runs in data["runs"].items():
        for restart in sorted((r for held in runs.values() for r in Vowels.from_data(held).restarts), key=_bits):
            lines.append(f"| {size} | {restart.seed} | {restart.bits[-1]:.4f} | {' | '.join(restart.letters)} |")
    return "\n".join(lines)


def _bits(restart: Any) -> float:
    return float(restart.bits[-1])
