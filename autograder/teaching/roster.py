"""Learners of the gradebook found in a roster that another program exported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.teaching.scores import Score


def match(rows: Sequence[Sequence[str]], columns: Iterable[int | None], scores: Sequence[Score]) -> list[Score | None]:
    """The score that belongs to each row, by id, login or e-mail, never by name: two learners may share one.

    columns  those of the rows that hold such keys; a key that several learners have finds nobody
    """
    owners: dict[str, list[Score]] = {}
    for score in scores:
        for key in score.keys:
            owners.setdefault(key, []).append(score)
    places = [column for column in columns if column is not None]

    def owner(row: Sequence[str]) -> Score | None:
        for place in places:
            found = owners.get(row[place].strip().casefold(), [])
            if len(found) == 1:
                return found[0]
        return None

    return [owner(row) for row in rows]


def notes(scores: Sequence[Score], found: Sequence[Score | None], names: Sequence[str]) -> list[str]:
    """What a teacher must know of a merge: who of the gradebook is not in the roster, and whose row got no score."""
    said = []
    taken = {score.learner for score in found if score}
    if lost := [score.learner for score in scores if score.submitted and score.learner not in taken]:
        said.append(f"in the gradebook but not in the roster, so not exported: {listed(lost)}")
    if blank := [name for name, score in zip(names, found, strict=True) if score is None or not score.submitted]:
        said.append(f"in the roster but without a submission: {listed(blank)}")
    return said


def listed(names: Sequence[str], limit: int = 12) -> str:
    """Names in a line, the last ones counted where there are many."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
