"""A whole notebook made harmless: its cells in order, metadata of the few kinds that a page or nbgrader reads."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from autograder.pages import clean, words
from autograder.pages.allowed import MAX_CELLS, MAX_NOTEBOOK, MAX_SOURCE

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
GRADE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")  # beyond them a quote could leave the attribute it stands in
FLAGS = ("solution", "grade", "locked", "task")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}


def notebook(
    data: Mapping[str, Any], released: Mapping[str, Any] | None = None, *, graded: bool = False
) -> dict[str, Any]:
    """A notebook of format 4.5 made anew from `data`.

    released  the chapter as it was given out: its Markdown stays as it is, pictures and HTML included
    graded    True where grading wrote it: the cells of checks hold cards, which keep their classes
    """
    ours = {
        clean.joined(cell.get("source", ""))
        for cell in (released or {}).get("cells", ())
        if cell.get("cell_type") == "markdown"
    }
    listed = data.get("cells")
    cells = [cell for cell in listed if isinstance(cell, Mapping)] if isinstance(listed, list) else []
    made: list[dict[str, Any]] = []
    ids: set[str] = set()
    spent = 0
    for number, cell in enumerate(cells[:MAX_CELLS], 1):
        kept = _cell(cell, ours, graded)
        if not ID.fullmatch(str(cell.get("id", ""))) or (given := str(cell["id"])) in ids:
            given = f"cell-{number}-{len(ids)}"
        ids.add(given)
        kept["id"] = given
        spent += sum(map(_size, kept.get("outputs", ())))
        if spent > MAX_NOTEBOOK and kept.get("outputs"):
            kept["outputs"] = [clean.note("the outputs from here on are left out: there is too much of them")]
        made.append(kept)
    if len(cells) > MAX_CELLS:
        said = f"*{len(cells) - MAX_CELLS} more cells are left out here.*"
        made.append({"cell_type": "markdown", "id": "left-out", "metadata": {}, "source": said})
    metadata = {"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Mapping[str, Any], ours: set[str], graded: bool) -> dict[str, Any]:
    kind, source = cell.get("cell_type"), clean.joined(cell.get("source", ""))
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata(cell.get("metadata"))}
    if kind == "code":
        made["source"] = words.text(source, MAX_SOURCE)
        checks = graded and is_check(made["metadata"])
        made["outputs"] = clean.outputs(cell.get("outputs"), html=clean.card if checks else clean.html)
        made["execution_count"] = clean.count(cell.get("execution_count"))
    elif kind == "markdown":
        made["source"] = source if source in ours else clean.markdown(source)
        if files := attachments(cell.get("attachments")):
            made["attachments"] = files
    else:
        made |= {"cell_type": "raw", "source": clean.markdown(source)}
    return made


def is_check(metadata: Mapping[str, Any]) -> bool:
    """Whether a cell with this metadata holds a check rather than an answer."""
    graded = metadata.get("nbgrader", {})
    return bool(graded.get("grade")) and not graded.get("solution")


def metadata(found: object) -> dict[str, Any]:
    """Of a cell's metadata: tags that are words, and nbgrader's own fields where they have the right type."""
    given = found if isinstance(found, Mapping) else {}
    made: dict[str, Any] = {}
    tags = given.get("tags")
    if isinstance(tags, list) and (kept := [tag for tag in tags if isinstance(tag, str) and ID.fullmatch(tag)]):
        made["tags"] = kept
    graded = given.get("nbgrader")
    if isinstance(graded, Mapping) and GRADE_ID.fullmatch(str(graded.get("grade_id", ""))):
        nbgrader: dict[str, Any] = {"grade_id": str(graded["grade_id"]), "schema_version": 3}
        nbgrader |= {flag: graded.get(flag) is True for flag in FLAGS}
        points = graded.get("points")
        if isinstance(points, int | float) and math.isfinite(points):
            nbgrader["points"] = points
        if graded.get("cell_type") in ("code", "markdown"):
            nbgrader["cell_type"] = graded["cell_type"]
        if re.fullmatch(r"[0-9a-f]{32}", str(graded.get("checksum", ""))):
            nbgrader["checksum"] = str(graded["checksum"])
        made["nbgrader"] = nbgrader
    made |= {name: False for name in ("deletable", "editable") if given.get(name) is False}
    return made


def attachments(found: object) -> dict[str, dict[str, str]]:
    """Pictures that a Markdown cell carries, by name."""
    kept = {}
    for name, data in list(found.items())[:20] if isinstance(found, Mapping) else ():
        if isinstance(data, Mapping) and re.fullmatch(r"[\w.-]{1,80}", str(name)):
            forms = clean.bundle({kind: data[kind] for kind in ("image/png", "image/jpeg") if kind in data})
            forms.pop("text/plain", None)
            if forms:
                kept[str(name)] = forms
    return kept


def _size(output: Mapping[str, Any]) -> int:
    return len(str(output.get("text", ""))) + sum(len(str(value)) for value in output.get("data", {}).values())
