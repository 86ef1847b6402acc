"""The page that a learner gets back: points, what a teacher wrote, every card, and the learner's own work beside it.

It holds no script, fetches nothing, and says so to the browser: its policy allows one style sheet, by its hash, and
pictures that are in the page itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from autograder.card_html import sheet as card_sheet
from autograder.pages import harmless
from autograder.pages.book import Score, Sheet
from autograder.pages.sections import number, sections

POLICY = "default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'"


def page(data: Mapping[str, Any], sheet: Sheet, title: str, released: Mapping[str, Any] | None = None) -> str:
    """The whole page as HTML.

    data      the autograded notebook; nothing in it is trusted
    title     the chapter's title
    released  the notebook as it was given out: its own text is left away, all but the questions to reflect on
    """
    notebook = harmless.notebook(data, released, graded=True)
    head = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: {escape(sheet.learner)}</title><style>{_style()}</style></head><body><main>"
    )
    body = sections(notebook, sheet, released)
    return f"{head}{_top(sheet, title)}{_table(sheet)}{''.join(body)}{FOOT}</main></body></html>\n"


FOOT = (
    "<footer>The cards show hand-made cases. Grading runs further cases with random numbers as well, "
    "which are not shown.</footer>"
)


@cache
def _style() -> str:
    own = (Path(__file__).parent / "feedback.css").read_text(encoding="utf-8")
    return own + card_sheet().removeprefix("<style>").removesuffix("</style>")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode("utf-8")).digest()).decode("ascii")
    return escape(POLICY.format(f"sha256-{digest}"))


def _top(sheet: Sheet, title: str) -> str:
    facts = []
    if sheet.penalty or sheet.seconds_late:
        cost = f"{number(sheet.penalty)} points taken off" if sheet.penalty else "nothing taken off"
        facts.append(f'<li class="late">Handed in {_duration(sheet.seconds_late)} late: {cost}.</li>')
    if sheet.due:
        facts.append(f"<li>Due {sheet.due:%d %B %Y, %H:%M} UTC.</li>")
    if sheet.handed_in:
        facts.append(f"<li>Handed in {sheet.handed_in:%d %B %Y, %H:%M} UTC.</li>")
    if sheet.waiting:
        many = "1 answer waits" if sheet.waiting == 1 else f"{sheet.waiting} answers wait"
        facts.append(f'<li class="waits">{many} to be marked by your teacher.</li>')
    who = f"{sheet.name} ({sheet.learner})" if sheet.name else sheet.learner
    return (
        f'<header><h1>{escape(title)}</h1><p class="who">{escape(who)}</p>'
        f'<p class="total"><b>{number(sheet.points)}</b> of {number(sheet.possible)} points</p>'
        f'<ul class="facts">{"".join(facts)}</ul></header>'
    )


def _table(sheet: Sheet) -> str:
    rows = "".join(_row(name, score, name in sheet.comments) for name, score in sheet.scores.items())
    minus = (
        f'<tr class="minus"><th scope="row">late</th><td class="number">−{number(sheet.penalty)}</td><td></td></tr>'
        if sheet.penalty
        else ""
    )
    return (
        '<table class="scores"><thead><tr><th scope="col">exercise</th><th scope="col" class="number">points</th>'
        f'<th scope="col"></th></tr></thead><tbody>{rows}{minus}</tbody><tfoot><tr><th scope="row">together</th>'
        f'<td class="number">{number(sheet.points)} of {number(sheet.possible)}</td><td></td></tr></tfoot></table>'
    )


def _row(name: str, score: Score, comment: bool) -> str:
    title = name.removeprefix("check-")
    points = "–" if score.points is None else number(score.points)
    said = "waits to be marked" if score.points is None else ""
    if score.by_hand:
        said = f"set by hand; the check gave {number(score.check or 0)}"
    if comment and not said:
        said = "with a comment"
    return (
        f'<tr><th scope="row"><a href="#{escape(title)}"><code>{escape(title)}</code></a></th>'
        f'<td class="number">{points} of {number(score.possible)}</td><td>{escape(said)}</td></tr>'
    )


def _duration(seconds: float) -> str:
    """`2 days 3 hours`: the two largest units."""
    left, said = int(seconds), []
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        many, left = divmod(left, size)
        if many:
            said.append(f"{many} {name}{'s' if many > 1 else ''}")
    return " ".join(said[:2]) or "a little"
