"""A class of all sorts: a score and a reason for everybody, the same whatever the order and the number of workers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.batch import grade_class, submissions
from autograder.course import Course
from autograder.errors import UserError
from tests.grading.conftest import hand_in
from tests.kinds import declarations

WRONG = {"cross_entropy": declarations.cross_entropy.mistakes[0].source}
STUB = {"log_softmax": "def log_softmax(scores, dim):\n    raise NotImplementedError\n"}


def fill(root: Path) -> None:
    """The class."""
    hand_in(root, "ada")
    hand_in(root, "bob", WRONG)
    hand_in(root, "cem", STUB)
    hand_in(root, "dia", {"sample": "import os\nos._exit(1)\n"})
    hand_in(root, "eva", text="{")
    (root / "submitted" / "fay").mkdir()
    hand_in(root, "gus", name="final version (2)")
    hand_in(root, "hal")
    hand_in(root, "hal", name="old")
    hand_in(root, "ida", {"train": "def train(model, batches, rate, clip:\n    pass\n"})


def test_everybody_has_a_score_and_a_reason(kinds: Course) -> None:
    fill(kinds.root)
    chapter = kinds.chapters[0]
    grades = {
        g.learner: g for g in grade_class(kinds, chapter, submissions(kinds.root / "submitted", chapter.name), jobs=2)
    }
    assert {g.possible for g in grades.values()} == {22.0}  # course.toml gives cross_entropy 4 points for 2
    assert {learner: g.points for learner, g in grades.items()} == {
        "ada": 22,
        "bob": 18,
        "cem": 19,
        "dia": 20,
        "eva": 0,
        "fay": 0,
        "gus": 22,
        "hal": 22,
        "ida": 17,
    }
    assert grades["bob"].reason == "cross_entropy: sum for mean"
    assert grades["bob"].marks["cross_entropy"].told == "You add the rows up; the loss is their mean."
    assert grades["cem"].reason == "log_softmax: not yet written" and grades["cem"].marks[
        "cross_entropy"
    ].substituted == ("log_softmax",)
    assert "invalid JSON" in grades["eva"].reason and "holds no notebook" in grades["fay"].reason
    assert "final version (2).ipynb" in grades["gus"].remarks[0] and "old.ipynb" in grades["hal"].remarks[0]
    assert any("SyntaxError" in remark for remark in grades["ida"].remarks)


def test_order_and_workers_do_not_matter(kinds: Course) -> None:
    for learner, answers in (("ada", {}), ("bob", WRONG), ("cem", STUB)):
        hand_in(kinds.root, learner, answers)
    chapter = kinds.chapters[0]
    handed = submissions(kinds.root / "submitted", chapter.name)
    runs = [
        {g.learner: g.marks for g in grade_class(kinds, chapter, order, jobs=jobs)}
        for order, jobs in ((handed, 1), (handed[::-1], 3))
    ]
    assert runs[0] == runs[1]


def test_the_command(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(kinds.root, "ada")
    hand_in(kinds.root, "bob", WRONG)
    assert cli.main(["grade", "1", "--jobs", "1", "--json", "grades.json"]) == 0
    shown = capsys.readouterr().out
    assert (
        "ada      22/22" in shown
        and "bob      18/22   cross_entropy: sum for mean" in shown
        and "2 submissions in" in shown
    )
    data = json.loads((kinds.root / "grades.json").read_text())
    assert [(g["learner"], g["points"], g["reason"]) for g in data["grades"]] == [
        ("ada", 22, "all right"),
        ("bob", 18, "cross_entropy: sum for mean"),
    ]


def test_bad_input_gets_one_line(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="put the submissions into"):
        submissions(kinds.root / "submitted", "01-kinds")
    (kinds.root / "submitted").mkdir()
    with pytest.raises(UserError, match="holds no learner's folder"):
        submissions(kinds.root / "submitted", "01-kinds")
    for command, says in (
        (["grade", "9"], "no chapter '9'"),
        (["grade", "1", "--jobs", "0"], "--jobs is 0"),
        (["check", "nowhere.ipynb"], "does not exist"),
    ):
        assert cli.main(command) == 2
        error = capsys.readouterr().err
        assert says in error and error.count("\n") == 1


def test_check_grades_one_notebook_with_the_public_seed(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = hand_in(kinds.root, "bob", WRONG)
    assert cli.main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "01-kinds: 18 of 22 points" in shown and "cross_entropy: You add the rows up" in shown
    assert cli.main(["check", str(hand_in(kinds.root, "ada")), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["points"] == 22
    other = kinds.root / "other.ipynb"
    other.write_text(json.dumps({"cells": [], "nbformat": 4}))
    assert cli.main(["check", str(other)]) == 2
    assert "holds no exercise of this course" in capsys.readouterr().err


def test_pytest_submission(kinds: Course) -> None:
    path = hand_in(kinds.root, "bob", WRONG | STUB)
    repository = Path(__file__).parents[2]
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "autograder.pytest_plugin",
            "-p",
            "no:cacheprovider",
            "-q",
            "--submission",
            str(path),
        ],
        cwd=kinds.root,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{repository}:{repository / 'lib'}", "OMP_NUM_THREADS": "1"},
    )
    assert ran.returncode == 1
    assert "4 failed, 6 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "You add the rows up; the loss is their mean." in ran.stdout and "not yet written" in ran.stdout
    assert "Traceback" not in ran.stdout
