"""The card as HTML: semantic elements, its own style sheet, everything from the learner's code escaped."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from autograder.card import Card
from autograder.card_failure import Failure, Side
from autograder.card_text import hint_line
from autograder.markdown import to_html, to_line
from autograder.value_text import CLOSE, OPEN

TICKS = {True: ("n2b-yes", "✓", "passed"), False: ("n2b-no", "✗", "failed"), None: ("", "–", "not run")}


def lay_out(card: Card, style: bool = True) -> str:
    """The whole card. style: False leaves the style sheet to whoever puts many cards on a page."""
    said = f"Check of {card.exercise}: {card.status}, {card.points:g} of {card.possible:g} points"
    blocks = [_head(card), _parts(card), _lead(card)]
    if card.failure:
        blocks.append(_failure(card.failure))
    if card.notes:
        blocks.append('<ul class="n2b-notes">' + "".join(f"<li>{to_line(note)}</li>" for note in card.notes) + "</ul>")
    if card.hints:
        items = "".join(f"<li>{to_html(hint)}</li>" for hint in card.hints)
        many = f"{len(card.hints)} hints" if len(card.hints) > 1 else "1 hint"
        blocks.append(f"<details><summary>{many} you have read</summary><ol>{items}</ol></details>")
    if hint := hint_line(card):
        blocks.append(f'<p class="n2b-quiet n2b-without-button">{_with_code(hint)}</p>')
    if card.then:
        blocks.append(f'<div class="n2b-quiet">{to_html(card.then)}</div>')
    return frame("".join(blocks), card.tone, said, style)


@cache
def sheet() -> str:
    """The style element, on one line and without comments."""
    text = (Path(__file__).parent / "card.css").read_text(encoding="utf-8")
    return "<style>" + " ".join(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split()) + "</style>"


def frame(inside: str, tone: str = "blank", said: str = "", style: bool = True) -> str:
    """A box in the card's look around HTML that is safe already."""
    label = f' role="group" aria-label="{escape(said)}"' if said else ""
    return f'<div class="n2b n2b-{tone}"{label}>{sheet() if style else ""}{inside}</div>'


def _head(card: Card) -> str:
    return (
        f'<div class="n2b-head"><code class="n2b-name">{escape(card.exercise)}</code> '
        f'<span class="n2b-status">{escape(card.status)}</span> '
        f'<span class="n2b-points"><b>{card.points:g}</b> of {card.possible:g} points</span></div>'
    )


def _parts(card: Card) -> str:
    items = []
    for part in card.parts:
        kind, tick, word = TICKS[part.passed]
        items.append(
            f'<li class="{kind}"><span class="n2b-tick" aria-hidden="true">{tick}</span>{escape(part.name)} '
            f'<span class="n2b-worth">{part.points:g}</span>'
            f'<span class="n2b-unseen"> ({word})</span></li>'
        )
    return f'<ul class="n2b-parts">{"".join(items)}</ul>' if items else ""


def _lead(card: Card) -> str:
    if not card.lead:
        return ""
    title = label(card.lead_title) if card.lead_title else ""
    return f'<div class="n2b-lead{" n2b-diagnosis" if title else ""}">{title}{to_html(card.lead)}</div>'


def _failure(failure: Failure) -> str:
    blocks = []
    if failure.raised:
        line = label("In your line") + listing(failure.line) if failure.line else ""
        blocks.append(
            f'<div class="n2b-lead n2b-diagnosis">{label("Your code raised")}'
            f'<div class="n2b-raised">{escape(failure.raised)}</div>{line}</div>'
        )
    blocks += [label("The smallest failing case"), listing(failure.call)]
    if not failure.exact:
        blocks.append('<p class="n2b-small">Rounded or shortened; the exact arguments are in <code>_.case</code>.</p>')
    if failure.sides:
        blocks.append('<div class="n2b-sides">' + "".join(map(_side, failure.sides)) + "</div>")
    if failure.line and not failure.raised:
        blocks += [label("In your line"), listing(failure.line)]
    if failure.first:
        blocks.append(to_html(failure.first))
    if failure.printed:
        blocks.append(f"<details><summary>Your code printed</summary>{listing(failure.printed)}</details>")
    return "".join(blocks)


def _side(side: Side) -> str:
    marked = escape(side.text).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    note = f'<span class="n2b-note">{escape(side.note)}</span>' if side.note else ""
    return f'<div>{label(escape(side.title) + note)}<pre tabindex="0">{marked}</pre></div>'


def label(inside: str) -> str:
    """A small heading; `inside` is HTML."""
    return f'<div class="n2b-label">{inside}</div>'


def listing(code: str) -> str:
    """Code as it stands, escaped."""
    return f'<pre tabindex="0">{escape(code)}</pre>'


def _with_code(line: str) -> str:
    """The hint's line, its call set as code."""
    for name in ("hint", "solution"):
        start = line.find(f'{name}("')
        if start >= 0:
            end = line.index(")", start) + 1
            return f"{escape(line[:start])}<code>{escape(line[start:end])}</code>{escape(line[end:])}"
    return escape(line)
