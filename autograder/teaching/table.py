"""Tables as CSV: read as other programs write them, written so that no cell becomes a formula.

A cell that begins with =, +, -, @, a tab or a line end is run as a formula by spreadsheet programs, and learners choose
their own names; such a cell is written with an apostrophe before it (OWASP, "CSV injection"). Numbers and the lone dash
that means "nothing" stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError
from autograder.teaching.files import read_text

NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*%?|-")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Table:
    """A header, rows as long as it, and the character between cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","

    def column(self, *names: str) -> int | None:
        """The number of the first column with one of these names, whatever the case; None where there is none."""
        wanted = [name.casefold() for name in names]
        found = [i for i, name in enumerate(self.header) if name.strip().casefold() in wanted]
        return found[0] if found else None


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    harmless = NUMBER.fullmatch(cell) or not cell.lstrip(" ").startswith(RISKY)
    return cell if harmless else "'" + cell


def write(header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ",", bom: bool = False) -> bytes:
    """CSV in UTF-8 with the line ends of RFC 4180, every cell guarded.

    bom  a byte order mark first: spreadsheet programs need it to read UTF-8, other programs stumble over it
    """
    text = io.StringIO()
    lines = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    lines.writerows([guarded(cell) for cell in row] for row in (header, *rows))
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(path: Path, what: str) -> Table:
    """A table with commas or semicolons; short rows are filled up, empty ones left out. Raises UserError."""
    text = read_text(path, what)
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise UserError(f"{path} is no CSV file ({error}); it should be {what}") from error
    if not rows:
        raise UserError(f"{path} is empty; it should be {what}")
    width = len(rows[0])
    return Table(tuple(rows[0]), tuple(tuple([*row, *[""] * width][:width]) for row in rows[1:]), delimiter)


def number(cell: str) -> float | None:
    """A cell as a number, with a decimal point or comma; None where it is none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None
