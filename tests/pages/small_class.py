"""A course folder with chapter 01 and a class of four: right, wrong in a named way, blank, hostile."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder import course as courses
from autograder import notebook
from tests.pages import payloads

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "01-ngrams"
MISTAKE = "kneser_ney"  # the exercise that `wrong` has wrong
DUE, ON_TIME, LATE = "2026-03-01T12:00:00+00:00", "2026-02-28 12:00:00 UTC", "2026-03-02 13:00:00 UTC"
EVIL = f"<img src=x onerror={payloads.HIT}>"  # a folder may be called so
TOML = f"""
title = "A small class"
opens = "{CHAPTER}"

[late]
policy = "per day"
percent = 10

[[chapter]]
name = "{CHAPTER}"
title = "n-grams: counting words"
exercises = "autograder.exercises.ch01_ngrams"
uses = ["ngram2bert.tables"]
due = {DUE}
"""
Change = Callable[[dict[str, Any], str], None]


def lay_out(root: Path) -> courses.Course:
    """The course folder: course.toml, nbgrader_config.py, the chapter as it is built here."""
    for place in ("solutions", "notebooks"):
        shutil.copytree(ROOT / place / CHAPTER, root / place / CHAPTER)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    (root / "course.toml").write_text(TOML, encoding="utf-8")
    return courses.read(root)


def released() -> dict[str, Any]:
    """The learner's copy."""
    data: dict[str, Any] = json.loads((ROOT / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    return data


def right(cell: dict[str, Any], name: str) -> None:
    """Every answer is the reference; reflections are answered."""
    exercises = courses.read(ROOT).chapter(CHAPTER).exercises
    if name in exercises:
        cell["source"] = exercises[name].source
    elif cell["metadata"].get("nbgrader", {}).get("solution"):
        cell["source"] = f"An answer to *{name}*: because $p(w \\mid h) = 0$ for unseen words."


def wrong(cell: dict[str, Any], name: str) -> None:
    """One named mistake in one exercise."""
    right(cell, name)
    if name == MISTAKE:
        exercise = courses.read(ROOT).chapter(CHAPTER).exercises[name]
        cell["source"] = exercise.mistakes[0].source


def hostile(cell: dict[str, Any], name: str) -> None:
    """Right answers beside everything that might run in a browser."""
    graded = cell["metadata"].get("nbgrader", {})
    right(cell, name)
    if cell["cell_type"] == "code":
        cell["outputs"] = payloads.outputs()
        cell["execution_count"] = f"<script>{payloads.HIT}</script>"
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), f'"><script>{payloads.HIT}</script>']
    elif graded.get("solution"):
        cell["source"] = "\n\n".join(payloads.MARKDOWN.values())
        cell["attachments"] = {f'x"onerror="{payloads.HIT}.png': {"image/png": payloads.PNG}}
    else:
        cell["source"] += "\n\n" + payloads.MARKDOWN["html"]


def hand_in(root: Path, learner: str, change: Change | None = None, when: str = ON_TIME) -> Path:
    """Put a learner's notebook where nbgrader looks for it; returns the folder."""
    data = copy.deepcopy(released())
    for cell in data["cells"]:
        if change:
            change(cell, notebook.grade_id(cell))
    if change is hostile:
        bad = {"grade_id": f'x"><script>{payloads.HIT}</script>', "grade": True, "solution": False, "points": 100}
        own = {"cell_type": "code", "id": "own", "source": "1", "outputs": payloads.outputs(), "execution_count": 1}
        data["cells"].append(
            own | {"metadata": {"nbgrader": bad | {"locked": False, "schema_version": 3, "task": False}}}
        )
        data["cells"].append(
            {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": EVIL}
        )
        data["metadata"]["title"] = f"</title><script>{payloads.HIT}</script>"
    place = root / "submitted" / learner / CHAPTER
    place.mkdir(parents=True)
    (place / f"{CHAPTER}.ipynb").write_text(json.dumps(data), encoding="utf-8")
    (place / "timestamp.txt").write_text(when, encoding="utf-8")
    return place


def everybody(root: Path) -> None:
    """The class."""
    hand_in(root, "ada", right)
    hand_in(root, "ben", wrong, LATE)
    hand_in(root, "cyd")
    place = hand_in(root, "mal", hostile)
    (place / "evil.html").write_text(f"<script>{payloads.HIT}</script>", encoding="utf-8")
