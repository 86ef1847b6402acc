"""What Chen and Goodman found, and whether it holds on Brown: each finding is decided by the figures of a ladder.

The findings are those of section 5.1 of the paper (Computer Speech and Language 13, 1999), in our words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .ladder import BEST, NAMES, Ladder, order_name
from .spread import plus_minus

KIN = ("kneser_ney", BEST)
RIVALS = ("jelinek_mercer", "katz", "absolute", "interpolated", "add_k")


@dataclass(frozen=True)
class Finding:
    """What the paper says, whether it holds here, and the figures that say so."""

    paper: str
    verdict: str
    figures: str

    def __str__(self) -> str:
        return f"{self.verdict.upper()}: {self.paper}\n    {self.figures}"


def findings(ladder: Ladder) -> list[Finding]:
    """All findings that the ladder has the methods for."""
    asked = ((best_everywhere, {*KIN, *RIVALS}), (three_discounts, {*KIN}), (mixture_or_katz, {"jelinek_mercer", "katz"}))
    asked += ((absolute_is_weak, {"absolute", "jelinek_mercer", "katz"}), (adding_is_poor, {"add_k", "interpolated"}))
    return [test(ladder) for test, needed in asked if needed <= set(ladder.methods)]


def best_everywhere(ladder: Ladder) -> Finding:
    """Both Kneser-Ney models below all the others."""
    gaps = [
        (ladder.above(rival, "kneser_ney", size, order), rival, size, order)
        for rival in RIVALS
        for size in ladder.sizes
        for order in ladder.orders
        if order > 1  # of unigrams there is nothing below to ask
    ]
    (gap, sd), rival, size, order = min(gaps)
    return Finding(
        "Kneser-Ney, plain or modified, is better than every other method at every size and order.",
        _verdict([gap > _margin(sd) for (gap, sd), *_ in gaps]),
        f"The nearest rival of plain Kneser-Ney: {NAMES[rival]}, {plus_minus(gap, sd)}% above it "
        f"({order_name(order)}, {size:,} tokens).",
    )


def three_discounts(ladder: Ladder) -> Finding:
    """Modified below plain."""
    figures, held = _by_size(ladder, "kneser_ney", BEST)
    return Finding(
        "Three discounts an order are better than one, at every size.",
        _verdict(held),
        f"Plain Kneser-Ney above the modified one: {figures}.",
    )


def mixture_or_katz(ladder: Ladder) -> Finding:
    """Which of the two is ahead, and does it turn?"""
    said, crossed = [], []
    for order in (order for order in ladder.orders if order > 1):
        gaps = [ladder.above("katz", "jelinek_mercer", size, order) for size in ladder.sizes]
        crossed.append(gaps[0][0] > _margin(gaps[0][1]) and gaps[-1][0] < -_margin(gaps[-1][1]))
        said.append(f"{order_name(order)} {', '.join(plus_minus(*gap) for gap in gaps)}%")
    return Finding(
        "With little text Jelinek-Mercer (buckets) is ahead of Katz, with much text Katz is ahead.",
        _verdict(crossed, "holds"),
        f"Katz above Jelinek-Mercer at {_sizes(ladder)} tokens: {'; '.join(said)}.",
    )


def absolute_is_weak(ladder: Ladder) -> Finding:
    """Behind both Katz and Jelinek-Mercer?"""
    said, held = [], []
    for rival in ("katz", "jelinek_mercer"):
        figures, behind = _by_size(ladder, "absolute", rival)
        said.append(f"{NAMES[rival]}: {figures}")
        held += behind
    return Finding(
        "Absolute discounting is behind Katz and behind Jelinek-Mercer (buckets).",
        _verdict(held),
        f"Absolute discounting above {'; above '.join(said)}.",
    )


def adding_is_poor(ladder: Ladder) -> Finding:
    """Add-k behind even the simplest mixture."""
    figures, held = _by_size(ladder, "add_k", "interpolated")
    return Finding(
        "Adding k is much worse than even a mixture with one weight an order.",
        _verdict(held),
        f"Add k above that mixture: {figures}.",
    )


def _by_size(ladder: Ladder, method: str, other: str) -> tuple[str, list[bool]]:
    """The differences as text, and for each whether `method` is clearly above `other`."""
    said, held = [], []
    for order in (order for order in ladder.orders if order > 1):
        gaps = [ladder.above(method, other, size, order) for size in ladder.sizes]
        said.append(f"{order_name(order)} {', '.join(plus_minus(*gap) for gap in gaps)}%")
        held += [gap > _margin(sd) for gap, sd in gaps]
    return f"{'; '.join(said)} at {_sizes(ladder)} tokens", held


def _sizes(ladder: Ladder) -> str:
    return ", ".join(f"{size:,}" for size in ladder.sizes)


def _margin(sd: float) -> float:
    """Differences within two standard deviations are called even."""
    return 0.0 if math.isnan(sd) else 2 * sd


def _verdict(held: Sequence[bool], word: str = "holds") -> str:
    if all(held):
        return word
    return f"{word} in {sum(held)} of {len(held)} comparisons" if any(held) else "does not hold"
