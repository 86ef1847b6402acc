"""A submitted notebook made whole and harmless: what nbgrader's sanitising does, for any JSON that a learner hands in.

Of the learner's are the text of cells that are not locked, and their outputs as far as `outputs` lets them through. All
else is the course's: locked cells, metadata, ids and points. A graded cell that was deleted is put back, one that
occurs twice counts where it occurs last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from autograder import notebook
from autograder.gradebook.outputs import Outputs, joined, pictures
from autograder.gradebook.source import ID, Source
from autograder.pages import words

CELLS = 3_000
SOURCE = 500_000  # characters of one cell
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
TAG = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
FILE = re.compile(r"[\w .-]{1,100}")


def rebuild(data: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """A valid notebook of format 4.5; `data` is anything that `notebook.read` lets through."""
    given = [cell for cell in data["cells"] if isinstance(cell, dict)][:CELLS]
    last = {name: at for at, cell in enumerate(given) if (name := notebook.grade_id(cell)) in source.cells}
    taken = {str(cell.get("id", "")) for cell in source.cells.values()}
    prose = {joined(cell.get("source")) for cell in source.notebook["cells"] if cell.get("cell_type") == "markdown"}
    outputs, cells = Outputs(), []
    for at, cell in enumerate(given):
        name = notebook.grade_id(cell)
        if last.get(name) == at:
            cells.append(_known(cell, name, source, outputs))
        else:
            cells.append(_own(cell, _id(cell, at, taken), outputs, prose))
    _put_back(cells, source, set(last))
    return {"cells": cells, "metadata": source.notebook.get("metadata", {}), "nbformat": 4, "nbformat_minor": 5}


def _known(cell: Mapping[str, Any], name: str, source: Source, outputs: Outputs) -> dict[str, Any]:
    """A cell of the course: all but an answer's text and its outputs is the course's."""
    made = dict(source.cells[name])  # no deeper: nothing inside is changed
    if name not in source.locked:
        made["source"] = _source(cell) if made["cell_type"] == "code" else words.markdown(_source(cell))
    if made["cell_type"] == "code":
        made["execution_count"] = None
        made["outputs"] = [] if name in source.locked else outputs.of(cell)
    elif kept := _attachments(cell):
        made["attachments"] = kept
    return made


def _own(cell: Mapping[str, Any], id_: str, outputs: Outputs, prose: set[str]) -> dict[str, Any]:
    """Any other cell, given, added or a second copy: without nbgrader's metadata. The course's prose stays as it is."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    kept = [tag for tag in tags if isinstance(tag, str) and TAG.fullmatch(tag)] if isinstance(tags, list) else []
    made: dict[str, Any] = {"id": id_, "metadata": {"tags": list(dict.fromkeys(kept))} if kept else {}}
    if cell.get("cell_type") == "code":
        return made | {
            "cell_type": "code",
            "source": _source(cell),
            "execution_count": None,
            "outputs": outputs.of(cell),
        }
    if cell.get("cell_type") == "markdown":
        attachments = _attachments(cell)
        text = _source(cell)
        made |= {"cell_type": "markdown", "source": text if text in prose else words.markdown(text)}
        return made | {"attachments": attachments} if attachments else made
    lines = _source(cell).split("\n")  # a raw cell goes to the browser as it stands: shown as code instead
    return made | {"cell_type": "markdown", "source": "\n".join(f"    {line}" for line in lines)}


def _id(cell: Mapping[str, Any], at: int, taken: set[str]) -> str:
    """The cell's id where it is a good one and free, else one after its place."""
    given = cell.get("id")
    name = given if isinstance(given, str) and NAME.fullmatch(given) and given not in taken else f"cell-{at}"
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def _put_back(cells: list[dict[str, Any]], source: Source, there: set[str]) -> None:
    """Checks and reflections that were deleted, each after what stands before it in the course's copy."""
    before = ""
    for name, cell in source.cells.items():
        if name not in there and cell["metadata"][ID].get("grade"):
            at = [notebook.grade_id(other) for other in cells].index(before) + 1 if before else 0
            cells.insert(at, dict(cell))
            there.add(name)
        if name in there:
            before = name


def _source(cell: Mapping[str, Any]) -> str:
    return joined(cell.get("source"))[:SOURCE]


def _attachments(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Pictures that stand in a text."""
    given, kept = cell.get("attachments"), {}
    for name, data in list(given.items())[:20] if isinstance(given, dict) else ():
        if FILE.fullmatch(str(name)) and isinstance(data, dict) and (shown := pictures(data)):
            kept[name] = shown
    return kept
