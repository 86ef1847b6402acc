"""Scores in the forms that Moodle imports.

With a roster, the offline grading worksheet of an assignment (Grading action, Download grading worksheet). Moodle finds
learners by its own Identifier, compares `Last modified (grade)` with what it wrote, and leaves alone whose Grade is
empty. Without a roster, a table for Grades, Import, CSV file, where the teacher says what a column is; a grade without
its feedback, or the other way round, would erase the other, so both are there. Feedback is read as HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from autograder.course import Chapter
from autograder.errors import UserError
from autograder.teaching import table
from autograder.teaching.roster import match, notes
from autograder.teaching.scores import Score, points

ROSTER = "a grading worksheet downloaded from the Moodle assignment"
KEYS = ("ID number", "Email address", "Username", "Identifier")


def comments(score: Score) -> str:
    """The feedback as HTML on one line."""
    return "<br>".join(escape(" ".join(line.split()), quote=False) for line in score.feedback)


def plain(scores: Sequence[Score], chapter: Chapter) -> bytes:
    """A table for Moodle's grade import."""
    header = ["ID number", "Email address", "First name", "Last name", chapter.title, f"Feedback: {chapter.title}"]
    rows = [
        [s.learner, s.email, s.first_name, s.last_name, points(s.score), comments(s)] for s in scores if s.submitted
    ]
    return table.write(header, rows)


def merged(
    path: Path,
    scores: Sequence[Score],
    *,
    grade: str = "Grade",
    feedback: str = "Feedback comments",
    scale: bool = False,
) -> tuple[bytes, list[str]]:
    """The worksheet with its Grade and Feedback comments filled in, all else as it was; notes. Raises UserError.

    grade, feedback  the names of those columns, where the site speaks another language
    """
    sheet = table.read(path, ROSTER)
    place, comment = sheet.column(grade), sheet.column(feedback)
    if place is None:
        raise UserError(
            f"{path} has no column '{grade}'; it should be {ROSTER}; in another language name it with --grade-column; "
            f"it has {', '.join(sheet.header)}"
        )
    most = sheet.column("Maximum grade", "Maximum Grade")
    keys = [column for column in map(sheet.column, KEYS) if column is not None] or list(range(min(3, place)))
    shown = [[_participant(cell) for cell in row] for row in sheet.rows]
    found = match(shown, keys, scores)
    rows, too_many = [], 0
    for row, score in zip(sheet.rows, found, strict=True):
        cells = list(row)
        if score and score.submitted:
            limit = table.number(row[most]) if most is not None else None
            factor = limit / score.possible if scale and limit and score.possible else 1.0
            too_many += bool(limit and score.score * factor > limit)
            cells[place] = points(score.score * factor)
            if comment is not None:
                cells[comment] = comments(score)
        rows.append(cells)
    name = sheet.column("Full name")
    said = notes(scores, found, [row[name if name is not None else 0] for row in sheet.rows])
    if too_many:
        said.append(f"{too_many} grades are above the assignment's maximum, and Moodle skips those: see --scale")
    if comment is None:
        said.append(f"the worksheet has no column '{feedback}': turn on feedback comments to import them as well")
    return table.write(sheet.header, rows, delimiter=sheet.delimiter), said


def _participant(cell: str) -> str:
    """`Participant 123` is how a worksheet writes 123."""
    first, _, number = cell.partition(" ")
    return number if first == "Participant" and number.isdigit() else cell
