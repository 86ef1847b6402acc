"""From a declaration to a file: the notebook of the small course, and what an attack makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.attacks.declared import Attack
from autograder.exercise import Exercise

CHAPTER = "01-toy"
GIVEN = "import math\nimport torch\nfrom torch import Tensor, nn\nfrom ngram2bert.tables import by_context, lookup\n"
TOOLS = '''
import os, sys

class Told(Exception):
    """Its text reaches whoever reads the feedback."""

class Won(Exception):
    """What should be impossible was possible."""

def tell(what):
    raise Told(str(what)[:200])

def won(how):
    raise Won(str(how)[:150])
'''


def honest(exercises: Mapping[str, Exercise], answers: Mapping[str, str]) -> dict[str, Any]:
    """A notebook with these answers and the first exercise right; all others are not written."""
    first = next(iter(exercises))
    cells = [code("given", GIVEN, {"tags": ["given"]})]
    for name, exercise in exercises.items():
        common = {"schema_version": 3, "task": False, "locked": False}
        answer = answers.get(name, exercise.source if name == first else stub(exercise))
        cells.append(code(name, answer, {"nbgrader": common | {"grade_id": name, "solution": True, "grade": False}}))
        check = {"grade_id": f"check-{name}", "solution": False, "grade": True, "points": exercise.points}
        cells.append(code(f"check-{name}", f'check("{name}")', {"nbgrader": common | check | {"locked": True}}))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def stub(exercise: Exercise) -> str:
    """An answer that is not yet written."""
    return f"def {exercise.target}(*arguments, **named):\n    raise NotImplementedError\n"


def code(name: str, source: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A code cell."""
    metadata = json.loads(json.dumps(metadata))
    more: dict[str, Any] = {"source": source, "outputs": [], "execution_count": None}
    return {"cell_type": "code", "id": name, "metadata": metadata, **more}


def hostile(attack: Attack, exercises: Mapping[str, Exercise], texts: Mapping[str, str]) -> str:
    """The text of the attacker's notebook file.

    texts  what stands for @NAME@ in this run
    """
    pads = [text * times for text, times in attack.pad]
    if attack.raw:
        return fill(attack.raw, texts, pads)
    notebook = honest(exercises, {attack.exercise: attack.answer} if attack.answer else {})
    added = [cell if isinstance(cell, dict) else code(f"own-{n}", cell, {}) for n, cell in enumerate(attack.cells)]
    notebook["cells"][1:1] = [code("tools", TOOLS, {}), *added]
    notebook["metadata"] |= attack.metadata
    for name, more in attack.cell.items():
        _named(notebook, name).update(more)
    for name, edit in attack.edits.items():
        at = notebook["cells"].index(_named(notebook, name))
        if edit.get("twice"):
            notebook["cells"].insert(at, json.loads(json.dumps(notebook["cells"][at])))
        if edit.get("delete"):
            del notebook["cells"][at]
        else:
            changes = {key: value for key, value in edit.items() if key not in ("twice", "delete")}
            notebook["cells"][at]["metadata"]["nbgrader"].update(changes)
    return json.dumps(replaced(notebook, texts, pads))


def hand_in(folder: Path, attack: Attack, exercises: Mapping[str, Exercise], texts: Mapping[str, str]) -> None:
    """Write what the attacker hands in, at submitted/LEARNER."""
    place = folder / CHAPTER
    place.mkdir(parents=True)
    for name, text in attack.files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(fill(text, texts), encoding="utf-8")
    for name, target in attack.links.items():
        (place / name).symlink_to(fill(target, texts))
    path = place / f"{CHAPTER}.ipynb"
    if not path.is_symlink():
        path.write_text(hostile(attack, exercises, texts), encoding="utf-8", newline="")


def fill(text: str, texts: Mapping[str, str], pads: list[str] | None = None) -> str:
    """The text with each @NAME@ replaced."""
    for name, value in texts.items():
        text = text.replace(f"@{name}@", value)
    for number, pad in enumerate(pads or []):
        text = text.replace("@PAD@" if not number else f"@PAD{number}@", pad)
    return text


def replaced(value: Any, texts: Mapping[str, str], pads: list[str]) -> Any:
    """The same for every text in plain data."""
    if isinstance(value, str):
        return fill(value, texts, pads) if "@" in value else value
    if isinstance(value, dict):
        return {fill(key, texts): replaced(item, texts, pads) for key, item in value.items()}
    return [replaced(item, texts, pads) for item in value] if isinstance(value, list) else value


def _named(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)
