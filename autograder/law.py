"""Random exercises: the checker knows the exact law of a row and tests the learner's draws against it.

A row outside the support is wrong at once. The rest is a G-test (log-likelihood ratio against the exact law, Sokal &
Rohlf) at 1e-7, so that of a million right submissions fewer than one is refused.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import torch

from autograder.compare import Difference, difference
from autograder.outcome import Outcome
from autograder.show import show

ALPHA = 1e-7
SMALL = 5.0  # rows expected fewer times than this share one bin


def as_law(law: Any) -> dict[tuple[Any, ...], float]:
    """{row: probability} from a dictionary or from a 1-d tensor over 0 .. K-1."""
    if isinstance(law, torch.Tensor):
        return {(i,): p for i, p in enumerate(law.tolist())}
    return {row if isinstance(row, tuple) else (row,): float(p) for row, p in law.items()}


def rows(draws: torch.Tensor) -> Counter[tuple[Any, ...]]:
    """How often each row occurs; floating rows are rounded to six digits."""
    flat = draws.detach().reshape(len(draws), -1)
    if flat.is_floating_point():
        flat = torch.round(flat.double() * 1e6) / 1e6 + 0.0  # + 0.0 turns -0.0 into 0.0
    return Counter(map(tuple, flat.tolist()))


def tail(g: float, degrees: int) -> float:
    """P(chi-squared with so many degrees of freedom >= g)."""
    if degrees < 1:
        return 1.0
    return float(
        torch.special.gammaincc(
            torch.tensor(degrees / 2, dtype=torch.float64), torch.tensor(max(g, 0.0) / 2, dtype=torch.float64)
        )
    )


def g_test(observed: Counter[tuple[Any, ...]], law: dict[tuple[Any, ...], float]) -> float:
    """The p-value of the counts under the law; 0 where a row is outside the support."""
    total = sum(observed.values())
    if any(law.get(row, 0.0) <= 0 for row in observed):
        return 0.0
    bins: list[tuple[float, float]] = []
    rest_seen, rest_expected = 0.0, 0.0
    for row, p in law.items():
        if p * total < SMALL:
            rest_seen, rest_expected = rest_seen + observed[row], rest_expected + p * total
        else:
            bins.append((observed[row], p * total))
    if rest_expected > 0:
        bins.append((rest_seen, rest_expected))
    g = 2 * sum(o * math.log(o / e) for o, e in bins if o > 0)
    # a sparse last bin is no chi-squared: allow what a Poisson would do there
    return (
        tail(g, len(bins) - 1)
        if rest_expected == 0 or rest_expected >= SMALL
        else max(tail(g, len(bins) - 1), _poisson(rest_seen, rest_expected) * tail(_without_rest(bins), len(bins) - 2))
    )


def _without_rest(bins: list[tuple[float, float]]) -> float:
    kept = bins[:-1]
    seen, expected = sum(o for o, _ in kept), sum(e for _, e in kept)
    return 2 * sum(o * math.log(o / e * expected / seen) for o, e in kept if o > 0)


def _poisson(seen: float, expected: float) -> float:
    """P(Poisson(expected) >= seen)."""
    if seen <= 0:
        return 1.0
    return float(
        torch.special.gammainc(
            torch.tensor(float(seen), dtype=torch.float64), torch.tensor(expected, dtype=torch.float64)
        )
    )


def two_samples(a: Counter[tuple[Any, ...]], b: Counter[tuple[Any, ...]]) -> float:
    """The p-value that two samples of rows follow one law (a G-test of homogeneity)."""
    n, m = sum(a.values()), sum(b.values())
    g, kinds, rare = 0.0, 0, [0.0, 0.0]
    cells: list[tuple[float, float]] = []
    for row in a.keys() | b.keys():
        if a[row] + b[row] < 2 * SMALL:
            rare = [rare[0] + a[row], rare[1] + b[row]]
        else:
            cells.append((a[row], b[row]))
    if sum(rare) > 0:
        cells.append((rare[0], rare[1]))
    for x, y in cells:
        kinds += 1
        for seen, size in ((x, n), (y, m)):
            expected = (x + y) * size / (n + m)
            g += 2 * seen * math.log(seen / expected) if seen else 0.0
    return tail(g, kinds - 1)


def disagreement(law: Any, expected: Outcome, got: Outcome) -> Difference | None:
    """What is wrong with the draws of `got`; `expected` holds the reference's draws, for shape and dtype only."""
    mine, theirs = expected.value, got.value
    if not isinstance(theirs, dict) or not isinstance(theirs.get("draws"), torch.Tensor):
        return difference(mine["draws"], theirs.get("draws") if isinstance(theirs, dict) else theirs)
    draws = theirs["draws"]
    if draws.shape != mine["draws"].shape or draws.is_floating_point() != mine["draws"].is_floating_point():
        return difference(mine["draws"], draws)
    law = as_law(law)
    seen = rows(draws)
    total = sum(seen.values())
    outside = [row for row in seen if law.get(row, 0.0) <= 0]
    if outside:
        row = max(outside, key=lambda r: seen[r])
        return Difference(
            "", "probability 0", f"{seen[row]} of {total} draws", f"{_row(row)} was drawn, which can never happen"
        )
    p = g_test(seen, law)
    if p < ALPHA:
        worst = max(law, key=lambda r: abs(seen[r] - law[r] * total) / max(law[r] * total, 1.0) ** 0.5)
        return Difference(
            "",
            f"{_row(worst)} with probability {law[worst]:.4f}",
            f"{seen[worst] / total:.4f} of {total} draws",
            f"the draws follow another law (G-test, p = {p:.1g})",
        )
    if difference(draws, theirs.get("again")) is not None:
        return Difference(
            "",
            "the same draws",
            "other draws",
            "two runs from the same generator seed differ: draw from `generator` alone",
        )
    degenerate = max(law.values()) > 1 - 1e-9
    if not degenerate and difference(draws, theirs.get("other")) is None:
        return Difference(
            "", "other draws", "the same draws", "another generator seed gives the same draws: draw from `generator`"
        )
    return None


def _row(row: tuple[Any, ...]) -> str:
    return show(row[0]) if len(row) == 1 else show(list(row))
