"""A course of three exercises and a reflection, a class that handed it in, and ways to look into a gradebook."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from autograder import course
from autograder.batch import Handed
from autograder.course import Course
from autograder.marks import Grade, Mark
from tests.kinds import declarations
from tests.kinds.notebooks import make

REPOSITORY = Path(__file__).parents[2]
CHAPTER = "01-kinds"
ONLY = ("log_softmax", "cross_entropy", "sample")
THOUGHT = "Write here."
TOML = f"""
[[chapter]]
name = "{CHAPTER}"
title = "Kinds"
exercises = "tests.kinds.declarations"
only = {list(ONLY)}
points = {{ cross_entropy = 4 }}
"""


def chapter_notebook(answers: dict[str, str] | None = None, thought: str = THOUGHT) -> dict[str, Any]:
    """A notebook of answers (all right, but for those given) and an answer to the reflection."""
    exercises = {name: exercise for name, exercise in course.load(declarations.__name__).items() if name in ONLY}
    made = make(exercises, answers)
    graded = {"grade_id": "thought", "grade": True, "solution": True, "locked": False, "points": 3}
    metadata = {"nbgrader": graded | {"schema_version": 3, "task": False}}
    made["cells"].append({"cell_type": "markdown", "id": "thought", "metadata": metadata, "source": thought})
    return made


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader makes one in a second, by way of alembic: once for all tests."""
    path = tmp_path_factory.mktemp("gradebook") / "empty.db"
    folder, before = os.path.dirname(sys.executable), os.environ["PATH"]
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"
    Gradebook(f"sqlite:///{path}", "kinds").close()
    os.environ["PATH"] = before
    return path


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_gradebook: Path) -> Course:
    """The course, with an empty gradebook and the real nbgrader_config.py; the working folder is inside it."""
    (tmp_path / "course.toml").write_text(TOML)
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    place = tmp_path / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(chapter_notebook(dict.fromkeys(ONLY, "raise NotImplementedError"))))
    monkeypatch.chdir(tmp_path)
    return course.read(tmp_path)


@pytest.fixture
def set_course(kinds: Course) -> Callable[[str], Course]:
    """Adds lines to course.toml and reads it anew."""

    def add(lines: str, chapter_lines: str = "", top: str = "") -> Course:
        (kinds.root / "course.toml").write_text(f"{top}\n{TOML}{chapter_lines}\n{lines}")
        course.forget()
        return course.read(kinds.root)

    return add


def hand_in(root: Path, learner: str, data: Any = None, when: str = "") -> Handed:
    """A notebook (a right one, or JSON data, or any text) where a learner hands in."""
    place = root / "submitted" / learner / CHAPTER
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{CHAPTER}.ipynb"
    path.write_text(data if isinstance(data, str) else json.dumps(data or chapter_notebook()))
    if when:
        (place / "timestamp.txt").write_text(when)
    return Handed(learner, path)


def graded(learner: str, *points: float, problem: str = "") -> Grade:
    """A grade with so many points for the exercises, in their order."""
    possible = {"log_softmax": 3.0, "cross_entropy": 4.0, "sample": 2.0}
    marks = {
        name: Mark(got, possible[name], "right" if got == possible[name] else "wrong", problem or "said")
        for name, got in zip(ONLY, points, strict=True)
    }
    return Grade(learner, marks, problem=problem, chapter=CHAPTER)


QUERIES = {
    "grades": """select s.student_id, c.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id
        join submitted_assignment s on s.id = n.assignment_id order by 1, 2""",
    "comments": """select s.student_id, c.name, m.auto_comment, m.manual_comment
        from comment m join base_cell c on c.id = m.cell_id join submitted_notebook n on n.id = m.notebook_id
        join submitted_assignment s on s.id = n.assignment_id order by 1, 2""",
    "submissions": """select s.student_id, a.name, s.timestamp, s.extension, n.late_submission_penalty, n.flagged
        from submitted_notebook n join submitted_assignment s on s.id = n.assignment_id
        join assignment a on a.id = s.assignment_id order by 1""",
    "cells": """select c.name, c.type, g.max_score, g.cell_type
        from base_cell c left join grade_cells g on g.id = c.id order by 1, 2""",
    "sources": "select name, cell_type, locked, source, checksum from source_cell order by 1",
    "assignments": "select name, duedate, course_id from assignment order by 1",
    "notebooks": "select name, kernelspec from notebook order by 1",
    "students": "select id, first_name, last_name, email from student order by 1",
}


def rows(address: str | Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a gradebook says, without the ids that nbgrader draws at random."""
    engine = create_engine(address if isinstance(address, str) else f"sqlite:///{address}")
    with engine.connect() as connection:
        found = {name: [tuple(row) for row in connection.execute(text(query))] for name, query in QUERIES.items()}
    engine.dispose()
    return found


def person(address: Path, learner: str, cell: str, **said: Any) -> None:
    """What a teacher enters in the formgrader: manual_score, extra_credit, needs_manual_grade."""
    with Gradebook(f"sqlite:///{address}") as gradebook:
        row: api.Grade = gradebook.find_grade(cell, CHAPTER, CHAPTER, learner)
        for name, value in said.items():
            setattr(row, name, value)
        gradebook.db.commit()
