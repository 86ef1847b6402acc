"""Tables in a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Sequence


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns side by side, the last one cut to the width of the terminal."""
    widths = [max(len(str(row[i])) for row in (head, *rows)) for i in range(len(head))]
    room = max(20, shutil.get_terminal_size((120, 24)).columns - sum(widths[:-1]) - 2 * (len(head) - 1))
    for row in (head, *rows):
        *first, last = [str(cell) for cell in row]
        cells = [cell.ljust(width) for cell, width in zip(first, widths, strict=False)]
        print("  ".join([*cells, last if len(last) <= room else last[: room - 1] + "…"]).rstrip())
