"""The autograded notebook: the learner's, rebuilt, with a card and a score below every check."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from autograder import notebook
from autograder.errors import UserError
from autograder.gradebook.rebuild import rebuild
from autograder.gradebook.source import CHECK, Source
from autograder.handed_in import Handed
from autograder.marks import Grade, Mark
from autograder.score import Score


def autograded(handed: Handed, grade: Grade, source: Source) -> dict[str, Any]:
    """What was handed in with the cards of its grade; the released notebook where there is nothing to read."""
    made = readable(handed, source)
    for cell in made["cells"]:
        put(cell, notebook.grade_id(cell), grade)
    return made


def readable(handed: Handed, source: Source) -> dict[str, Any]:
    """A submission rebuilt, or the released notebook where it cannot be read, or is a link to somebody else's."""
    if not handed.problem:
        with contextlib.suppress(UserError):
            return rebuild(notebook.read(handed.path), source)
    return rebuild(source.notebook, source)


def put(cell: MutableMapping[str, Any], name: str, grade: Grade) -> None:
    """Put card and score into a check cell; leave any other alone. Every check gets one: none would be full marks."""
    mark = grade.marks.get(name.removeprefix(CHECK)) if name.startswith(CHECK) else None
    if mark is not None:
        cell["outputs"] = [card(mark), score(mark.points)]
    elif name.startswith(CHECK):
        raise UserError(f"the grade of {grade.learner} says nothing of {name.removeprefix(CHECK)}; grade again")


def card(mark: Mark) -> dict[str, Any]:
    """The card as a cell shows it."""
    text = mark.text or f"{mark.points:g} of {mark.possible:g} points: {mark.reason}"
    return {"output_type": "display_data", "data": {"text/html": mark.card, "text/plain": text}, "metadata": {}}


def score(points: float) -> dict[str, Any]:
    """The number that nbgrader reads as partial credit, to the last digit."""
    shown = f"{points:g}" if float(f"{points:g}") == points else repr(points)
    data = {"text/html": Score(points)._repr_html_(), "text/plain": shown}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}


def as_bytes(made: Mapping[str, Any]) -> bytes:
    """A notebook's file, a cell a line: indented JSON takes three times as long.

    Half a surrogate pair, which JSON lets through and UTF-8 does not, becomes a question mark.
    """
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in made["cells"])
    rest = json.dumps({name: value for name, value in made.items() if name != "cells"}, ensure_ascii=False)
    return f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'.encode("utf-8", "replace")
