"""What the learner's copy held when it was given out: stubs, what given cells bind, which cells grading skips."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.course import Chapter
from autograder.globals_check import bound

SKIPPED = {"setup", "experiment"}


@dataclass(frozen=True)
class Released:
    """What of the released notebook is of use in the kernel.

    stubs    {exercise: text of its cell}
    given    names that given cells bind
    skipped  sources of cells that grading does not run
    """

    stubs: dict[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()


def released(root: Path, chapter: Chapter) -> Released:
    """Read the chapter's released notebook; empty where it is not there."""
    path = root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Released()


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Released:
    stubs: dict[str, str] = {}
    given: set[str] = set()
    skipped: set[str] = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source, tags, graded = (
            _text(cell["source"]),
            set(cell["metadata"].get("tags", ())),
            cell["metadata"].get("nbgrader", {}),
        )
        if graded.get("solution"):
            stubs[graded["grade_id"]] = source
        elif "given" in tags:
            given |= bound(source)
        elif tags & SKIPPED:
            skipped.add(source.strip())
    return Released(stubs, frozenset(given), frozenset(skipped))


def _text(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)
