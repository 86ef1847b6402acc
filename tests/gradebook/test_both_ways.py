"""`nbgrader autograde` with our preprocessor, and our own writer: the same rows and the same notebooks."""

from __future__ import annotations

import builtins
import logging
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.batch import grade_class, submissions
from autograder.course import Course
from autograder.gradebook.keeper import keeper
from autograder.gradebook.settings import settings
from autograder.gradebook.writer import Writer
from tests.gradebook.conftest import CHAPTER, chapter_notebook, hand_in, rows
from tests.kinds import declarations
from tests.kinds.notebooks import code

SCRIPT = "<script>alert(1)</script>"


def fill(root: Path) -> None:
    """A class of all sorts."""
    hand_in(root, "ada", chapter_notebook(thought="My thought."), "2026-10-01 10:00:00 UTC")
    hand_in(
        root, "Bob O'Neil; %41 ü😀", chapter_notebook({"cross_entropy": declarations.cross_entropy.mistakes[0].source})
    )
    hand_in(root, "cem", chapter_notebook({"log_softmax": "raise NotImplementedError"}), "2026-10-03 12:00:00 UTC")
    hand_in(root, "dia", chapter_notebook({"sample": "import builtins, os\nbuiltins.been_here = True\nos._exit(1)\n"}))
    hand_in(root, "eva", "{")
    edited = chapter_notebook()
    for cell in edited["cells"]:
        told = cell["metadata"].get("nbgrader", {})
        if told.get("points"):
            told |= {"points": 100, "locked": False}
        if cell["id"] == "check-sample":
            cell["source"] = "100.0"
            cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "100.0"}, "metadata": {}}]
    output = {"output_type": "display_data", "data": {"text/html": SCRIPT, "text/plain": "plain"}, "metadata": {}}
    extra = code("print(1)", "extra", {}) | {"outputs": [output]}
    edited["cells"] += [extra, dict(edited["cells"][1]), dict(edited["cells"][2])]
    hand_in(root, "fay", edited)
    deleted = chapter_notebook()
    deleted["cells"] = [
        cell for cell in deleted["cells"] if cell["id"] not in ("check-log_softmax", "sample", "thought")
    ]
    hand_in(root, "gus", deleted)
    ada, ida = (root / "submitted" / name / CHAPTER / f"{CHAPTER}.ipynb" for name in ("ada", "ida"))
    ida.parent.mkdir(parents=True)
    ida.symlink_to(ada)
    hand_in(
        root, "hal", {"cells": [{"cell_type": "code"}, None, {"source": 7}], "metadata": {"kernelspec": {"name": "x"}}}
    )


def autograde(root: Path) -> None:
    """What the command and the formgrader's button do."""
    config = settings(root)
    config.CourseDirectory.assignment_id = CHAPTER
    Autograde(coursedir=CourseDirectory(config=config), config=config, log=logging.getLogger("quiet")).start()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_same_rows_and_notebooks(set_course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(KernelManager, "start_kernel", refuse)
    dates = 'due = 2026-10-01T12:00:00+00:00\n[late]\npolicy = "per day"\npercent = 10\n'
    course: Course = set_course(dates + f'[[extension]]\nlearner = "gus"\nchapter = "{CHAPTER}"\ndays = 9000\n')
    root, chapter = course.root, course.chapters[0]
    fill(root)
    try:
        autograde(root)
    finally:
        keeper.close()
    nbgraders = rows(root / "gradebook.db")
    kept = {path: path.rename(path.with_suffix(".nbgrader")) for path in sorted(root.glob("autograded/*/*/*.ipynb"))}
    handed = submissions(root / "submitted", CHAPTER)
    by_learner = {hand.learner: hand for hand in handed}
    with Writer(course, chapter, f"sqlite:///{root / 'ours.db'}") as writer:
        for grade in grade_class(course, chapter, handed, jobs=1):
            writer.add(by_learner[grade.learner], grade)
    ours = rows(root / "ours.db")

    assert not hasattr(builtins, "been_here")
    assert {name: ours[name] for name in ours if name != "assignments"} == {
        name: nbgraders[name] for name in ours if name != "assignments"
    }
    assert ours["assignments"] == nbgraders["assignments"]
    scores = {(learner, cell): auto for learner, cell, auto, *_ in ours["grades"]}
    assert [scores["fay", f"check-{name}"] for name in ("log_softmax", "cross_entropy", "sample")] == [3, 4, 2]
    assert "My thought." not in (root / "autograded" / "ida" / CHAPTER / f"{CHAPTER}.ipynb").read_text()
    assert scores["ada", "thought"] is None and scores["eva", "thought"] == 0
    penalties = {learner: penalty for learner, _, _, _, penalty, _ in ours["submissions"]}
    assert penalties["ada"] is None and penalties["gus"] is None
    assert penalties["cem"] == pytest.approx(1.2)  # two days, 20% of 6 points
    assert len(kept) == len(by_learner) == 9
    for path, theirs in kept.items():
        mine = nbformat.read(path, as_version=4)
        nbformat.validate(mine)
        assert mine == nbformat.read(theirs, as_version=4), path
        assert SCRIPT not in path.read_text()
