"""The class report as a page: what to teach again, where the class stands, named mistakes, what was not begun."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from html import escape

from autograder.course import Chapter
from autograder.markdown import to_html, to_line
from autograder.teaching.class_report import ClassReport, Standing, told
from autograder.teaching.histogram import svg
from autograder.teaching.page import count, names, page, paragraph, section, table

KINDS = ("right", "partly right", "wrong", "stopped", "not begun")


def lay_out(chapter: Chapter, found: ClassReport, *, anonymous: bool = False) -> str:
    """The whole page. anonymous: counts without names, to be shown to the class."""
    return page(
        chapter.title,
        _lead(found),
        [
            section("To teach again", _again(chapter, found, anonymous)),
            section("Points", svg(found.points, found.possible) if found.points else paragraph("Nobody has a score.")),
            section("Exercise by exercise", _exercises(found)),
            section("Named mistakes", _mistakes(chapter, found, anonymous)),
            section("Wrong in another way", _unnamed(found, anonymous)),
            section("Not begun", _blank(found, anonymous)),
            section("Files", _files(found, anonymous)),
        ],
    )


def _lead(found: ClassReport) -> str:
    handed = f"What the class made of it: {count(len(found.points), 'graded submission')}"
    unread = f", {len(found.unread)} that could not be read" if found.unread else ""
    if not found.points:
        return paragraph(f"{handed}{unread}.", "soft")
    middle = statistics.median(found.points)
    full = sum(points >= found.possible for points in found.points)
    said = f"{handed}{unread}. Median {middle:.3g} of {found.possible:g} points; {full or 'nobody'} with all of them."
    return paragraph(said, "soft")


def _again(chapter: Chapter, found: ClassReport, anonymous: bool) -> str:
    again = found.again()
    if not again:
        return paragraph("Whoever began an exercise has it right.")
    lead = paragraph(
        "The exercises in which those who began them lost most. An error is counted where it was made, once.",
        "soft",
    )
    return lead + '<ol class="again">' + "".join(_one(chapter, standing, anonymous) for standing in again) + "</ol>"


def _one(chapter: Chapter, standing: Standing, anonymous: bool) -> str:
    missed = standing.begun - len(standing.right)
    lines = [
        f"<h3><code>{escape(standing.name)}</code></h3>",
        paragraph(f"{missed} of {count(standing.begun, 'learner')} who began it did not get it whole."),
    ]
    items = []
    for mistake, people in list(standing.mistakes.items())[:3]:
        who = "" if anonymous else f' <span class="soft">({names(people)})</span>'
        said = told(chapter, standing.name, mistake)
        items.append(
            f"<li>{len(people)} × <strong>{to_line(mistake)}</strong>{who}{to_html(said) if said else ''}</li>"
        )
    if items:
        lines.append("<ul>" + "".join(items) + "</ul>")
    declared = chapter.exercises.get(standing.name)
    if declared and declared.hints:
        lines.append(f"<p>A question to begin with: {to_line(declared.hints[0])}</p>")
    return "<li>" + "".join(lines) + "</li>"


def _exercises(found: ClassReport) -> str:
    rows = []
    for s in found.standings.values():
        numbers = [len(s.right), len(s.partly), len(s.wrong), len(s.stopped), len(s.blank)]
        rows.append([f"<code>{escape(s.name)}</code>", *map(str, numbers), _bars(numbers)])
    legend = (
        '<p class="soft"><span class="bar" style="width:2rem"></span> right &nbsp; '
        '<span class="bar no" style="width:2rem"></span> not or partly right &nbsp; '
        '<span class="bar none" style="width:2rem"></span> not begun</p>'
    )
    return table(["exercise", *KINDS, ""], rows, numbers=range(1, 6)) + legend


def _bars(numbers: Sequence[int]) -> str:
    """A bar of three shades that also differ in grey, with its meaning for a screen reader."""
    right, missed, blank = numbers[0], sum(numbers[1:4]), numbers[4]
    all_ = max(1, sum(numbers))
    said = f"{right} right, {missed} not or partly right, {blank} not begun"
    spans = "".join(
        f'<span class="{kind}" style="width:{12 * n / all_:.2f}rem"></span>'
        for kind, n in (("bar", right), ("bar no", missed), ("bar none", blank))
        if n
    )
    return f'<div class="bars" role="img" aria-label="{said}">{spans}</div>'


def _mistakes(chapter: Chapter, found: ClassReport, anonymous: bool) -> str:
    rows = []
    for standing in found.standings.values():
        name = f"<code>{escape(standing.name)}</code>"  # once for all rows of an exercise
        for mistake, people in standing.mistakes.items():
            said = told(chapter, standing.name, mistake)
            what = to_line(mistake) + (f'<br><span class="soft">{to_line(said)}</span>' if said else "")
            rows.append([name, str(len(people)), what, *([] if anonymous else [names(people)])])
            name = ""
    if not rows:
        return paragraph("None of the declared mistakes was made.")
    head = ["exercise", "learners", "mistake, and what its card says", *([] if anonymous else ["who"])]
    return table(head, rows, numbers=[1])


def _unnamed(found: ClassReport, anonymous: bool) -> str:
    rows = [
        [f"<code>{escape(s.name)}</code>", *([] if anonymous else [escape(who)]), escape(reason)]
        for s in found.standings.values()
        for who, reason in s.unnamed.items()
    ]
    if not rows:
        return paragraph("Every wrong answer is a named mistake.")
    return table(["exercise", *([] if anonymous else ["who"]), "why"], rows)


def _blank(found: ClassReport, anonymous: bool) -> str:
    rows = [
        [f"<code>{escape(s.name)}</code>", str(len(s.blank)), *([] if anonymous else [names(s.blank)])]
        for s in found.standings.values()
        if s.blank
    ]
    if not rows:
        return paragraph("Everybody began every exercise.")
    return table(["exercise", "learners", *([] if anonymous else ["who"])], rows, numbers=[1])


def _files(found: ClassReport, anonymous: bool) -> str:
    if anonymous:
        return paragraph(f"{count(len(found.unread), 'submission')} could not be read.")
    rows = [[escape(who), escape(why)] for who, why in found.unread.items()]
    rows += [[escape(who), escape(line)] for who, lines in found.remarks.items() for line in lines]
    return table(["learner", "what"], rows) if rows else paragraph("No file had a problem.")
