"""Scores in the form that the gradebook of Canvas imports.

Canvas asks for a header of Student, ID, SIS User ID, SIS Login ID, Section and then assignments, each as
`Name (number)`; a name it does not know becomes a new assignment. Canvas finds a learner by ID, then by the SIS ids,
then by name. An empty cell takes an existing grade away, so learners without a score are left out. No byte order mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Chapter
from autograder.errors import UserError
from autograder.teaching import table
from autograder.teaching.roster import match, notes
from autograder.teaching.scores import Score, points

WHO = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MORE = ("LastName", "FirstName", "Integration ID", "Root Account")
ROSTER = "a gradebook exported from Canvas (Grades, Export)"


def plain(scores: Sequence[Score], assignment: str, possible: float) -> bytes:
    """Without a roster: Canvas finds learners by the gradebook's LMS id, else by their id as login."""
    rows = [["    Points Possible", "", "", "", "", points(possible)]]
    rows += [[s.name, s.lms_id, "", s.learner, "", points(s.score)] for s in scores if s.submitted]
    return table.write([*WHO, assignment], rows)


def merged(
    path: Path, scores: Sequence[Score], chapter: Chapter, assignment: str, possible: float, *, scale: bool = False
) -> tuple[bytes, list[str]]:
    """The rows of a Canvas export, with this one assignment, and notes for the teacher. Raises UserError."""
    roster = table.read(path, ROSTER)
    who = [i for i, name in enumerate(roster.header) if name.strip() in WHO + MORE]
    section = roster.column("Section")
    if section is None or roster.column("ID") is None or roster.column("Student", "LastName") is None:
        raise UserError(f"{path} has no columns Student, ID and Section; it should be {ROSTER}")
    name = assignment or _assignment(roster, chapter, section)
    column = roster.column(name)
    kept: list[tuple[str, ...]] = []
    people: list[tuple[str, ...]] = []
    for row in roster.rows:
        extra = "points possible" in row[0].casefold() or not any(row[i].strip() for i in who)
        (kept if extra else people).append(row)
    theirs = next((table.number(row[column]) for row in kept if column is not None and table.number(row[column])), None)
    factor = theirs / possible if scale and theirs and possible else 1.0
    found = match(people, [roster.column(n) for n in ("ID", "SIS User ID", "SIS Login ID")], scores)
    rows = [[*[row[i] for i in who], row[column] if column is not None else ""] for row in kept]
    if column is None:
        rows = [["    Points Possible", *[""] * (len(who) - 1), points(possible)]]
    rows += [
        [*[row[i] for i in who], points(score.score * factor)]
        for row, score in zip(people, found, strict=True)
        if score and score.submitted
    ]
    said = notes(scores, found, [row[who[0]] for row in people])
    if theirs and theirs != possible and not scale:
        said.append(f"Canvas has {points(theirs)} points for {name}, the gradebook {points(possible)}: see --scale")
    if column is None:
        said.append(f"the roster has no '{name}': Canvas will make a new assignment of that name")
    return table.write([*[roster.header[i] for i in who], name], rows, delimiter=roster.delimiter), said


def _assignment(roster: table.Table, chapter: Chapter, section: int) -> str:
    """The column of the chapter: `Name (number)` with the chapter's name or title for Name."""
    columns = [name for name in roster.header[section + 1 :] if re.fullmatch(r".+ \(\d+\)", name)]
    wanted = {chapter.name.casefold(), chapter.title.casefold()}
    found = [name for name in columns if name.rpartition(" (")[0].strip().casefold() in wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"'{name}'" for name in columns[:8]) or "none"
    raise UserError(
        f"the roster has {len(found) or 'no'} columns called '{chapter.name}' or '{chapter.title}'; "
        f"name one with --assignment; it has {known}"
    )
