"""When a submission was handed in."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime

from nbgrader.utils import parse_utc

from autograder.handed_in import Handed

TIMESTAMP = "timestamp.txt"  # nbgrader's exchange writes it beside the notebook
LONGEST = 100  # bytes; a date needs 40


def timestamp(handed: Handed) -> datetime | None:
    """UTC without a zone, as nbgrader keeps it: from timestamp.txt, else the notebook's date; None without either."""
    if handed.problem:
        return None
    try:
        return parse_utc(stamp(handed))
    except (ValueError, OverflowError):  # none there, or none that can be read
        pass
    try:
        seconds = int(handed.path.stat().st_mtime)
    except OSError:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def stamp(handed: Handed) -> str:
    """The text of timestamp.txt, where it is a file; '' else. A link may lead anywhere, and a pipe has no end."""
    try:
        file = os.open(
            handed.path.parent / TIMESTAMP, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError:
        return ""
    try:
        regular = stat.S_ISREG(os.fstat(file).st_mode)
        return os.read(file, LONGEST).decode("utf-8", "replace").strip() if regular else ""
    except OSError:
        return ""
    finally:
        os.close(file)
