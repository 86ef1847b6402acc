"""The body of the feedback page: one section an exercise or a question, the learner's other cells folded between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from autograder.pages import clean
from autograder.pages.book import Score, Sheet
from autograder.pages.render import outputs, plain, typeset
from autograder.pages.source import listing

Cell = Mapping[str, Any]
CHECK = "check-"


def sections(notebook: Cell, sheet: Sheet, released: Cell | None) -> Iterator[str]:
    """The sections in the order of the notebook, then the points of cells that it has lost.

    notebook  made by `harmless.notebook`
    """
    given = {_source(cell) for cell in (released or {}).get("cells", ())}
    asked = _questions(released or notebook)
    there = {str(_graded(cell).get("grade_id", "")) for cell in notebook["cells"]}
    seen: set[str] = set()
    open_ = False
    for cell in notebook["cells"]:
        graded, kind = _graded(cell), cell["cell_type"]
        name = str(graded.get("grade_id", ""))
        exercise = name.removeprefix(CHECK)
        if graded.get("grade") and graded.get("solution"):
            yield "</section>" * open_ + _reflection(cell, name, sheet, asked.get(name, {}))
            seen.add(name)
            open_ = True
        elif graded.get("solution"):
            yield "</section>" * open_ + _exercise(cell, name, sheet)
            seen |= {CHECK + name} & there
            open_ = True
        elif graded.get("grade"):
            if name not in seen:
                head = _head(exercise, sheet.scores.get(name))
                yield "</section>" * open_ + f'<section id="{escape(exercise)}">{head}'
                open_ = True
            seen.add(name)
            yield _card(cell) + _comment(sheet.comments.get(name, ""))
        elif kind == "markdown":
            if released and cell["source"] not in given:
                yield '<div class="label">You wrote</div>' + _text(cell, "answer")
        elif kind == "code":
            yield _other(cell, cell["source"] in given)
    if open_:
        yield "</section>"
    for name, score in sheet.scores.items():
        if name not in seen:
            exercise = name.removeprefix(CHECK)
            yield f'<section id="{escape(exercise)}">{_head(exercise, score)}<p>Its cell is not in your notebook.</p>'
            yield _comment(sheet.comments.get(name, "")) + "</section>"


def _questions(notebook: Cell) -> dict[str, Cell]:
    """{grade_id: the Markdown before it} of the answers that are marked by hand."""
    found: dict[str, Cell] = {}
    last: Cell = {}
    for cell in notebook["cells"]:
        graded = _graded(cell)
        if graded.get("grade") and graded.get("solution") and last:
            found[str(graded["grade_id"])] = last
        elif cell["cell_type"] == "markdown":
            last = cell
    return found


def _exercise(cell: Cell, name: str, sheet: Sheet) -> str:
    """An answer in code: its check's card follows from another cell."""
    shown = outputs(cell.get("outputs", ()))
    return (
        f'<section id="{escape(name)}">{_head(name, sheet.scores.get(CHECK + name))}{listing(_source(cell))}'
        + (f'<div class="out">{shown}</div>' if shown else "")
        + _comment(sheet.comments.get(name, ""))
    )


def _reflection(cell: Cell, name: str, sheet: Sheet, question: Cell) -> str:
    """An answer that is marked by hand, under its question."""
    asked = _text(question, "question") if question else ""
    answer = _text(cell, "answer") if cell["cell_type"] == "markdown" else listing(_source(cell))
    return (
        f'<section id="{escape(name)}">{_head(name, sheet.scores.get(name))}{asked}<div class="label">Your answer</div>'
        f"{answer}{_comment(sheet.comments.get(name, ''))}"
    )


def _text(cell: Cell, kind: str) -> str:
    return f'<div class="text {kind}">{typeset(_source(cell), cell.get("attachments"))}</div>'


def _head(name: str, score: Score | None) -> str:
    said = ""
    if score is not None:
        said = (
            f"waits to be marked; {number(score.possible)} points"
            if score.points is None
            else (f"<b>{number(score.points)}</b> of {number(score.possible)} points")
        )
    return f'<div class="head"><h2><code>{escape(name)}</code></h2><span class="points">{said}</span></div>'


def _card(cell: Cell) -> str:
    """The card that grading wrote into a check's cell; its text where there is no HTML."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {}) if output.get("output_type") == "display_data" else {}
        if card := clean.card(str(data.get("text/html", ""))).strip():
            return f'<div class="card">{card}</div>'
        if data.get("text/plain"):
            return f'<div class="card">{plain(str(data["text/plain"]))}</div>'
    return ""


def _comment(source: str) -> str:
    if not source.strip():
        return ""
    said = f'<div class="label">Your teacher writes</div><div class="text">{typeset(source)}</div>'
    return f'<div class="comment">{said}</div>'


def _other(cell: Cell, given: bool) -> str:
    """Any other cell of code, folded: the course's own only where it showed something."""
    source, shown = _source(cell), outputs(cell.get("outputs", ()))
    if not source.strip() or (given and not shown):
        return ""
    first = source.strip().splitlines()[0][:80]
    body = listing(source) + (f'<div class="out">{shown}</div>' if shown else "")
    return f'<details class="more"><summary>cell <code>{escape(first)}</code></summary><div>{body}</div></details>'


def number(value: float) -> str:
    """Points: at most two decimals, none where there are none."""
    return f"{round(value, 2):g}"


def _graded(cell: Cell) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cell.get("metadata", {}).get("nbgrader", {})
    return found


def _source(cell: Cell) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)
