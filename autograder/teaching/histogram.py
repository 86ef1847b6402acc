"""A histogram of points as inline SVG: grey bars, labelled axes, and in words for who does not see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 620, 220, 46, 44, 12
BINS = 10


def counts(points: Sequence[float], possible: float) -> tuple[list[int], float]:
    """(learners a bin, points a bin): whole points a bin, at most ten bins; the last one takes what is left over."""
    width = float(max(1, math.ceil(possible / BINS)))
    found = [0] * max(1, round(possible / width))
    for value in points:
        found[min(len(found) - 1, max(0, int(value // width)))] += 1
    return found, width


def words(points: Sequence[float], possible: float) -> str:
    """The histogram as a sentence."""
    found, width = counts(points, possible)
    bins = [f"{_span(i, width, possible, len(found))}: {n}" for i, n in enumerate(found) if n]
    return f"Learners by points of {possible:g}. " + "; ".join(bins) + "."


def _span(i: int, width: float, possible: float, bins: int) -> str:
    low, high = i * width, min(possible, (i + 1) * width)
    return f"{low:g} to {high:g}" if i == bins - 1 else f"{low:g} to below {high:g}"


def svg(points: Sequence[float], possible: float) -> str:
    """The picture; its numbers stand above the bars."""
    found, width = counts(points, possible)
    most = max(1, *found)
    step = (WIDTH - LEFT - 10) / len(found)
    room = HEIGHT - TOP - BOTTOM - 14
    base = HEIGHT - BOTTOM
    drawn = []
    for i, n in enumerate(found):
        x, high = LEFT + i * step, room * n / most
        if n:
            drawn.append(
                f'<rect x="{x + 1.5:.1f}" y="{base - high:.1f}" width="{step - 3:.1f}" height="{high:.1f}" '
                'fill="#6e7781"/>'
            )
            drawn.append(f'<text x="{x + step / 2:.1f}" y="{base - high - 4:.1f}" text-anchor="middle">{n}</text>')
        drawn.append(f'<text x="{x:.1f}" y="{base + 16}" text-anchor="middle">{i * width:g}</text>')
    drawn.append(f'<text x="{WIDTH - 10}" y="{base + 16}" text-anchor="middle">{possible:g}</text>')
    drawn.append(f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - 10}" y2="{base}" stroke="#57606a"/>')
    drawn.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">points of {possible:g}</text>')
    middle = TOP + (base - TOP) / 2
    drawn.append(
        f'<text x="16" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 16 {middle:.0f})">learners</text>'
    )
    label = escape(words(points, possible))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}" '
        f'font-family="system-ui, DejaVu Sans, sans-serif" font-size="12" fill="#1f2328"><title>{label}</title>'
        + "".join(drawn)
        + "</svg>"
    )
