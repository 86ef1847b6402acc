"""A small course of the six kinds, in a folder of its own, with a class that handed in all sorts of things."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder import course
from tests.kinds import declarations
from tests.kinds.notebooks import make

TOML = """
title = "Kinds"
[[chapter]]
name = "01-kinds"
title = "Six kinds"
exercises = "tests.kinds.declarations"
points = { cross_entropy = 4 }
"""


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> course.Course:
    """The course, with its learner's copy; the working folder is inside it."""
    (tmp_path / "course.toml").write_text(TOML)
    (tmp_path / "notebooks" / "01-kinds").mkdir(parents=True)
    exercises = course.load("tests.kinds.declarations")
    blank = dict.fromkeys(exercises, "raise NotImplementedError")
    (tmp_path / "notebooks" / "01-kinds" / "01-kinds.ipynb").write_text(json.dumps(make(exercises, blank)))
    monkeypatch.chdir(tmp_path)
    return course.read(tmp_path)


def hand_in(
    root: Path, learner: str, answers: dict[str, str] | None = None, *, text: str | None = None, name: str = "01-kinds"
) -> Path:
    """Put a notebook of answers (all right, but for those given), or any text, where a learner hands in."""
    place = root / "submitted" / learner / "01-kinds"
    place.mkdir(parents=True, exist_ok=True)
    exercises = course.load(declarations.__name__)
    (place / f"{name}.ipynb").write_text(json.dumps(make(exercises, answers)) if text is None else text)
    return place / f"{name}.ipynb"


@pytest.fixture
def small(kinds: course.Course) -> course.Course:
    """The same course with its two quickest exercises alone."""
    toml = TOML.replace("points =", 'only = ["log_softmax", "cross_entropy"]\npoints =')
    (kinds.root / "course.toml").write_text(toml)
    course.forget()
    return course.read(kinds.root)
