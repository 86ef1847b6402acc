"""The learner's progress as a table: a line a chapter, and a line an exercise of the chapters begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from autograder.card_html import frame
from autograder.course import Chapter
from autograder.progress import Result

BAR = 20


@dataclass(frozen=True)
class Row:
    """`level` 0 is a chapter, 1 an exercise."""

    level: int
    name: str
    points: float
    possible: float
    state: str

    @property
    def share(self) -> float:
        """Of the points, between 0 and 1."""
        return self.points / self.possible if self.possible else 0.0


def rows(chapters: Sequence[Chapter], results: Mapping[str, Result], whole: bool = False) -> list[Row]:
    """The table; `whole` lists the exercises of a chapter that is not begun as well."""
    table = []
    for chapter in chapters:
        lines = []
        for name in chapter.exercises:
            result = results.get(name)
            possible = chapter.possible(name)
            points = 0.0 if result is None else result.points / result.possible * possible
            lines.append(Row(1, name, points, possible, _state(result)))
        total = Row(
            0,
            f"{chapter.name.split('-')[0]} {chapter.title}",
            sum(r.points for r in lines),
            sum(r.possible for r in lines),
            "",
        )
        table += [total, *(lines if whole or any(line.state for line in lines) else ())]
    return table


def _state(result: Result | None) -> str:
    if result is None:
        return ""
    if result.points >= result.possible:
        return "right"
    again = ", right before" if result.passed else ""
    return ("partly right" if result.points > 0 else "tried") + again


def text(table: Sequence[Row], problem: str = "", predictions: str = "") -> str:
    """For terminals and screen readers."""
    width = max((len(row.name) + 2 * row.level for row in table), default=0)
    lines = []
    for row in table:
        full = round(row.share * BAR)
        name = ("  " * row.level + row.name).ljust(width)
        lines.append(
            f"{name}  {'#' * full}{'.' * (BAR - full)}  {row.points:g} of {row.possible:g}  {row.state}".rstrip()
        )
    return "\n".join(lines + [predictions] * bool(predictions) + [f"Note: {problem}"] * bool(problem))


def html(table: Sequence[Row], problem: str = "", predictions: str = "") -> str:
    """For the notebook."""
    lines = []
    for row in table:
        name = f"<code>{escape(row.name)}</code>" if row.level else escape(row.name)
        bar = f'<span class="n2b-bar" aria-hidden="true"><i style="width:{100 * row.share:.0f}%"></i></span>'
        lines.append(
            f'<tr class="{"" if row.level else "n2b-chapter"}"><th scope="row">{name}</th><td>{bar}</td>'
            f'<td class="n2b-number">{row.points:g} of {row.possible:g}</td><td>{escape(row.state)}</td></tr>'
        )
    note = "".join(f'<p class="n2b-quiet">{escape(said)}</p>' for said in (predictions, problem) if said)
    return frame(f'<table class="n2b-table"><tbody>{"".join(lines)}</tbody></table>{note}', said="Your progress")
