"""One HTML file for a teacher: nothing loaded from elsewhere, nothing run, readable in grey and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path


def page(title: str, lead: str, sections: Iterable[str]) -> str:
    """The whole page; `lead` and the sections are HTML. Its policy forbids scripts and every outside resource."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{sheet()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{lead}\n" + "\n".join(sections) + "\n</main>\n</body>\n</html>\n"
    )


@cache
def sheet() -> str:
    """The style sheet."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def section(title: str, inside: str) -> str:
    """A section under a heading; `inside` is HTML."""
    return f"<section>\n<h2>{escape(title)}</h2>\n{inside}\n</section>"


def paragraph(text: str, kind: str = "") -> str:
    """Plain text as a paragraph."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = (), caption: str = "") -> str:
    """A table; its cells are HTML, its head plain text. numbers: columns set to the right."""

    def cell(i: int, inside: str) -> str:
        return f'<td class="number">{inside}</td>' if i in numbers else f"<td>{inside}</td>"

    heads = "".join(
        f'<th scope="col" class="number">{escape(h)}</th>' if i in numbers else f'<th scope="col">{escape(h)}</th>'
        for i, h in enumerate(head)
    )
    body = "\n".join("<tr>" + "".join(cell(i, c) for i, c in enumerate(row)) + "</tr>" for row in rows)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{above}<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def names(people: Sequence[str], shown: int = 8) -> str:
    """Learners in a line; where there are many, the rest behind a click."""
    if len(people) <= shown + 2:
        return escape(", ".join(people))
    first, rest = ", ".join(people[:shown]), ", ".join(people[shown:])
    return f"{escape(first)}<details><summary>and {len(people) - shown} more</summary>{escape(rest)}</details>"


def count(number: int, word: str) -> str:
    """`1 learner`, `2 learners`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
