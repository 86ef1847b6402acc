"""What Chen and Goodman found, and whether it holds on Brown: each finding is decided by the figures of a ladder.

The findings are those of section 5.1 of the paper (Computer Speech and Language 13, 1999), in our words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
    asked: list[tuple[Callable[[Ladder], Finding], set[str]]] = [
        (best_everywhere, {*KIN, *RIVALS}),
        (three_discounts, {*KIN}),
        (mixture_or_katz, {"jelinek_mercer", "katz"}),
        (absolute_is_weak, {"absolute", "jelinek_mercer", "katz"}),
        (adding_is_poor, {"add_k", "interpolated"}),
    ]
    return [test(ladder) for test, needed in asked if needed <= set(ladder.methods)]


def best_everywhere(ladder: Ladder) -> Finding:
    """Plain Kneser-Ney below all but the modified one, which `three_discounts` looks at."""
    gaps = [
        (ladder.above(rival, "kneser_ney", size, order), rival, size, order)
        for rival in RIVALS
        for size in ladder.sizes
        for order in ladder.orders
        if order > 1  # of unigrams there is nothing below to ask
    ]
    (gap, sd), rival, size, order = min(gaps)
    return Finding(
        "Kneser–Ney, plain or modified, is better than every other method at every size and order.",
        _verdict([pair for pair, *_ in gaps]),
        f"The nearest rival of plain Kneser–Ney: {NAMES[rival]}, {plus_minus(gap, sd)}% above it "
        f"({order_name(order)}, {size:,} tokens).",
    )


def three_discounts(ladder: Ladder) -> Finding:
    """Modified below plain."""
    figures, held = _by_size(ladder, "kneser_ney", BEST)
    return Finding(
        "Three discounts an order are better than one, at every size.",
        _verdict(held),
        f"Plain Kneser–Ney above the modified one: {figures}.",
    )


def mixture_or_katz(ladder: Ladder) -> Finding:
    """Which of the two is ahead, and does it turn?"""
    said, ends = [], []
    for order in (order for order in ladder.orders if order > 1):
        gaps = [ladder.above("katz", "jelinek_mercer", size, order) for size in ladder.sizes]
        ends += [gaps[0], (-gaps[-1][0], gaps[-1][1])]  # behind at first, ahead at last
        said.append(f"{order_name(order)} {', '.join(plus_minus(*gap) for gap in gaps)}%")
    return Finding(
        "With little text Jelinek–Mercer (buckets) is ahead of Katz, with much text Katz is ahead.",
        _verdict(ends),
        f"Katz above Jelinek–Mercer at {_sizes(ladder)} tokens: {'; '.join(said)}.",
    )


def absolute_is_weak(ladder: Ladder) -> Finding:
    """Behind both Katz and Jelinek-Mercer?"""
    said, held = [], []
    for rival in ("katz", "jelinek_mercer"):
        figures, behind = _by_size(ladder, "absolute", rival)
        said.append(f"{NAMES[rival]}: {figures}")
        held += behind
    return Finding(
        "Absolute discounting is behind Katz and behind Jelinek–Mercer (buckets).",
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


def _by_size(ladder: Ladder, method: str, other: str) -> tuple[str, list[tuple[float, float]]]:
    """By how much `method` is above `other` at every order and size: as text, and as (per cent, deviation)."""
    said, found = [], []
    for order in (order for order in ladder.orders if order > 1):
        gaps = [ladder.above(method, other, size, order) for size in ladder.sizes]
        said.append(f"{order_name(order)} {', '.join(plus_minus(*gap) for gap in gaps)}%")
        found += gaps
    return f"{'; '.join(said)} at {_sizes(ladder)} tokens", found


def _sizes(ladder: Ladder) -> str:
    return ", ".join(f"{size:,}" for size in ladder.sizes)


def _verdict(gaps: Sequence[tuple[float, float]]) -> str:
    """gaps: (per cent, deviation), above zero where the paper is right. Within two deviations they are called even."""
    clear = [(gap, 0.0 if math.isnan(sd) else 2 * sd) for gap, sd in gaps]
    holds, fails = sum(gap > margin for gap, margin in clear), sum(gap < -margin for gap, margin in clear)
    even = len(gaps) - holds - fails
    if holds == len(gaps):
        return "holds"
    if fails == len(gaps):
        return "does not hold"
    said = [f"holds in {holds} of {len(gaps)} comparisons"]
    said += [f"too close to call in {even}"] if even else []
    said += [f"the other way round in {fails}"] if fails else []
    return ", ".join(said)
