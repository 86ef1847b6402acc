"""The card of a graded exercise: as the notebook's, but for what only a running notebook can offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder import card_html, card_text
from autograder.card import Card, build
from autograder.diagnose import describe
from autograder.judge import SECRET_ONLY, Report
from autograder.marks import Mark


def mark(report: Report, possible: float, targets: Mapping[str, str] | None = None) -> Mark:
    """A report as plain data, its points scaled to what course.toml gives for the exercise.

    targets  {exercise: the name it defines}, for the note on ancestors that were replaced by the reference
    Made once for all submissions that answer the same; the report then drops what it no longer needs.
    """
    key = possible, report.substituted
    if key not in report.marks:
        report.marks[key] = _mark(report, possible, targets or {})
        if report.passed or report.diagnosed:
            report.lighten()
    return report.marks[key]


def _mark(report: Report, possible: float, targets: Mapping[str, str]) -> Mark:
    scale = possible / report.exercise.points
    card = graded_card(report, possible, targets)
    return Mark(
        report.points * scale,
        possible,
        report.status,
        report.reason,
        describe(report.diagnosis, report.combined),
        tuple(m.name for m in report.diagnosis),
        {name: (earned * scale, of * scale) for name, (earned, of) in report.parts.items()},
        report.substituted,
        card_html.lay_out(card, style=False),
        card_text.lay_out(card),
    )


def graded_card(report: Report, possible: float, targets: Mapping[str, str]) -> Card:
    """No hints to ask for, no case of the secret seed, and `_.case` is not there to be looked at."""
    notes = []
    if report.substituted:
        names = ", ".join(f"`{targets.get(name, name)}`" for name in report.substituted)
        notes.append(f"Judged with the reference's {names}, since what was handed in does not pass there.")
    if not report.passed and report.shown_failure is None:
        notes.append(SECRET_ONLY[:1].upper() + SECRET_ONLY[1:] + ".")
    card = build(report, possible, notes=notes, lead=_lead(report))
    card = replace(card, hints_in_all=0)
    if report.status == "not yet written":
        return replace(card, lead=_not_written(report))
    if card.failure is not None and not card.failure.exact:
        call = "# rounded or shortened\n" + card.failure.call
        return replace(card, failure=replace(card.failure, exact=True, call=call))
    return card


def _lead(report: Report) -> str:
    """What to say where there is no diagnosis."""
    if report.status == "missing":
        near = next((result.got.line for result in report.results if result.got.line), "")
        return f"Nothing is called `{report.exercise.target}`" + (f"; there is `{near}`." if near else ".")
    return ""


def _not_written(report: Report) -> str:
    name = report.exercise.target
    return (
        f"`{name}` was not written when this was handed in."
        if report.own_stub
        else (f"`{name}` calls something that was not written when this was handed in.")
    )
