"""The similarity report as a page: pairs side by side, copies of a published solution, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograder.teaching.forms import Form
from autograder.teaching.likeness import LONGEST, SHORTEST, Alike, Found, Pair
from autograder.teaching.page import count, names, page, paragraph, section, table

FOLDED = 4  # lines of a docstring or comment that are still shown whole
FOLD = '<span class="soft">    [...]</span>\n'
LIMITS = (
    "Likeness is no proof. Two learners may have worked together as they were allowed to, followed the same hint, or "
    "read the same page; talk with them before you judge.",
    "Compared is what stands in the exercises' cells. Comments, docstrings, spacing, names that the learner chose, the "
    "order of statements and all lines of the stub play no part; cells that the learner added are not looked at.",
    "Short answers agree by nature: the shorter an exercise, the more alike two answers must be to be listed, and what "
    "many of the class write is listed by itself.",
    "It does not see a copy that was rebuilt (a loop for a vectorised line, another library's call), nor text from "
    "outside the class other than the published solutions: an earlier year, a forum, a language model.",
)


def lay_out(title: str, found: Found, learners: int, unread: Sequence[str], most: int) -> str:
    """The whole page; at most so many pairs are shown in full."""
    lead = paragraph(
        f"{title}. {count(learners, 'submission')}, {count(len(found.compared), 'exercise')} compared: "
        f"{count(len(found.pairs), 'pair')} of learners with answers that are alike, "
        f"{count(len(found.copies), 'learner')} with an answer that is a published solution.",
        "soft",
    )
    limits = "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in LIMITS) + "</ul>"
    return page(
        "Similar answers",
        lead,
        [
            section("What this can and cannot tell", limits),
            section("Pairs of learners", _pairs(found.pairs, most)),
            section("Published solutions", _copies(found)),
            section("What many wrote", _habits(found)),
            section("Not compared", _rest(found, unread)),
        ],
    )


def _pairs(pairs: Sequence[Pair], most: int) -> str:
    if not pairs:
        return paragraph("No two learners have answers that are alike beyond the threshold.")
    rest = [f"{pair.one} and {pair.two} ({', '.join(a.exercise for a in pair.alike)})" for pair in pairs[most:]]
    more = f"<h3>{len(rest)} further pairs</h3>" + paragraph("; ".join(rest)) if rest else ""
    return "\n".join(map(_pair, pairs[:most])) + more


def _pair(pair: Pair) -> str:
    said = f"{count(len(pair.alike), 'exercise')}, about {round(pair.tokens)} tokens in common"
    head = f'{escape(pair.one)} and {escape(pair.two)} <span class="soft">{escape(said)}</span>'
    alike = sorted(pair.alike, key=lambda a: -a.tokens)
    inside = "".join(_sides(a, pair.one, pair.two) for a in alike)
    return f'<details class="pair"><summary>{head}</summary>{inside}</details>'


def _sides(alike: Alike, one: str, two: str) -> str:
    left, right = listing(alike.one, alike.two), listing(alike.two, alike.one)
    return (
        f"<h3><code>{escape(alike.exercise)}</code>: {escape(alike.how)}</h3>"
        f'<div class="sides"><div><h4>{escape(one)}</h4><pre tabindex="0">{left}</pre></div>'
        f'<div><h4>{escape(two)}</h4><pre tabindex="0">{right}</pre></div></div>'
    )


def listing(form: Form, other: Form) -> str:
    """The answer's text as safe HTML, what the other has as well marked; long docstrings and comments folded away."""
    starts = [0]
    for line in form.source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    places = [(first, last, True) for first, last in _spans(form, form.marked(other), starts)]
    places += [(starts[first], starts[last], False) for first, last in _folds(form, starts)]
    out, at = [], 0
    for first, last, mark in sorted(places):
        out.append(escape(form.source[at:first]))
        out.append(f"<mark>{escape(form.source[first:last])}</mark>" if mark else FOLD)
        at = last
    return "".join([*out, escape(form.source[at:])]).rstrip()


def _folds(form: Form, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of lines (from 0, the last one not included) that hold no token of the form; the first of a run is kept."""
    code = {line for token in form.tokens for line in range(token.start[0] - 1, token.end[0])}
    runs: list[tuple[int, int]] = []
    first = 0
    for line in range(len(starts)):
        if line in code or line == len(starts) - 1:
            if line - first > FOLDED:
                runs.append((first + 1, line))
            first = line + 1
    return runs


def _spans(form: Form, marked: Sequence[bool], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Where the marks begin and end in the text: neighbours on one line in one mark."""
    spans: list[tuple[int, int]] = []
    before = -2
    for i, (token, mark) in enumerate(zip(form.tokens, marked, strict=True)):
        if mark:
            first, last = (starts[line - 1] + column for line, column in (token.start, token.end))
            if before == i - 1 and form.tokens[before].end[0] == token.start[0]:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
            before = i
    return spans


def _copies(found: Found) -> str:
    if not found.copies:
        return paragraph("Nobody's answer is a published solution's to 95 % or more.")
    rows = []
    for who, alike in found.copies.items():
        word = [a.exercise for a in alike if a.how == "word for word"]
        near = [f"{a.exercise} ({a.how})" for a in alike if a.how != "word for word"]
        rows.append([escape(who), str(len(alike)), escape(", ".join(word) or "-"), escape(", ".join(near) or "-")])
    note = (
        "The solutions are public, and the last hint comes close to them: one short answer of the same form says "
        "little; many of them, or long ones with the solution's own names, say more. They are not among the pairs."
    )
    return paragraph(note, "soft") + table(["learner", "answers", "word for word", "nearly"], rows, numbers=[1])


def _habits(found: Found) -> str:
    if not found.habits:
        return paragraph("No way to write an exercise is common to many.")
    rows = [[f"<code>{escape(name)}</code>", str(len(who)), names(who)] for name, who in found.habits.items()]
    note = (
        "Answers whose form four learners or more share, and more than 3 % of the class; they are not among the "
        "pairs. It is a common way, a common mistake, or one text that has gone round."
    )
    return paragraph(note, "soft") + table(["exercise", "answers", "who"], rows, numbers=[1])


def _rest(found: Found, unread: Sequence[str]) -> str:
    lines = []
    if found.too_short:
        lines.append(f"Solutions of fewer than {SHORTEST} tokens, and answers as short: {', '.join(found.too_short)}.")
    if found.too_long:
        lines.append(f"Answers of more than {LONGEST:,} tokens, which were not compared: {', '.join(found.too_long)}.")
    lines += [f"Not read: {line}." for line in unread]
    return "".join(map(paragraph, lines)) or paragraph("Everything was compared, but for answers as short as a line.")
