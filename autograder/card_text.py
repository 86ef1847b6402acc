"""The card as plain text: all that the HTML says, for screen readers, terminals and nbgrader."""

from __future__ import annotations

import textwrap

from autograder.card import Card
from autograder.card_failure import Failure, Side
from autograder.markdown import unescaped
from autograder.value_text import CLOSE, OPEN

WIDTH = 96
TICKS = {True: "[x]", False: "[ ]", None: "[ ]"}


def lay_out(card: Card) -> str:
    """The whole card."""
    blocks = [f"{card.exercise}: {card.status}, {card.points:g} of {card.possible:g} points"]
    if card.parts:
        blocks[0] += "\n" + "   ".join(f"{TICKS[part.passed]} {part.name} {part.points:g}" for part in card.parts)
    if card.lead:
        blocks.append((f"{card.lead_title}: " if card.lead_title else "") + _wrap(card.lead))
    if card.failure:
        blocks.append(_failure(card.failure))
    blocks += [_wrap(f"Note: {note}") for note in card.notes]
    blocks += [_wrap(f"Hint {i}: {hint}") for i, hint in enumerate(card.hints, 1)]
    if hint := hint_line(card):
        blocks.append(hint)
    if card.then:
        blocks.append(_wrap(card.then))
    return "\n\n".join(blocks)


def hint_line(card: Card) -> str:
    """How to come by the next hint, or by the solution once all are read; '' where there is nothing to say."""
    if card.tone == "right" or not card.hints_in_all:
        return ""
    if len(card.hints) < card.hints_in_all:
        return f'Stuck? Hint {len(card.hints) + 1} of {card.hints_in_all}: run hint("{card.exercise}") in a new cell.'
    return f'All hints are read: solution("{card.exercise}") shows one way to write it.'


def _failure(failure: Failure) -> str:
    lines = []
    if failure.raised:
        lines += ["Your code raised " + failure.raised, *[f"    in your line: {failure.line}"] * bool(failure.line), ""]
    lines += ["The smallest failing case:", textwrap.indent(failure.call, "    ")]
    if not failure.exact:
        lines.append("    (rounded or shortened; the exact arguments are in _.case)")
    if failure.sides:
        lines += ["", _beside(*failure.sides)]
    if failure.line and not failure.raised:
        lines += ["", f"    in your line: {failure.line}"]
    if failure.first:
        lines += ["", _wrap(unescaped(failure.first))]
    if failure.printed:
        lines += ["", "Your code printed:", textwrap.indent(failure.printed, "    ")]
    return "\n".join(lines)


def _beside(expected: Side, got: Side | None = None) -> str:
    """Two columns where they fit, else one above the other."""
    if got is None:
        return textwrap.indent("\n".join(_side(expected)), "    ")
    left, right = _side(expected), _side(got)
    width = max(map(len, left)) + 3
    if width + max(map(len, right)) <= WIDTH:
        rows = max(len(left), len(right))
        left, right = left + [""] * (rows - len(left)), right + [""] * (rows - len(right))
        lines = [f"{a.ljust(width)}{b}".rstrip() for a, b in zip(left, right, strict=True)]
    else:
        lines = [*left, "", *right]
    return textwrap.indent("\n".join(lines), "    ")


def _side(side: Side) -> list[str]:
    marked = side.text.replace(OPEN, ">>").replace(CLOSE, "<<")
    return [side.title + (f" ({side.note})" if side.note else ""), *marked.splitlines()]


def _wrap(text: str) -> str:
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            subsequent_indent="  " if line.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )
