"""The gradebook at the command line: `ngram2bert grade`, `nbgrader export` on its result, and the doctor's warning."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import cli
from autograder.course import Course
from autograder.doctor.autograding import autograding
from tests.gradebook.conftest import CHAPTER, REPOSITORY, chapter_notebook, hand_in, rows


def test_grade_writes_and_asks_before_it_changes(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(kinds.root, "ada")
    hand_in(kinds.root, "bob", "{")
    assert cli.main(["grade", "1", "--jobs", "1", "--no-gradebook"]) == 0
    assert rows(kinds.root / "gradebook.db")["submissions"] == [] and not (kinds.root / "autograded").exists()
    assert cli.main(["grade", "1", "--jobs", "1", "--json", "-"]) == 0
    shown = capsys.readouterr()
    assert "gradebook.db: 2 submissions written, 0 unchanged." in shown.err
    assert json.loads(shown.out[shown.out.index("{\n") :])["grades"][0]["points"] == 9
    hand_in(kinds.root, "ada", chapter_notebook({"sample": "raise NotImplementedError"}))
    assert cli.main(["grade", "1", "--jobs", "1"]) == 1
    said = capsys.readouterr().err
    assert (
        "ada: sample 2 -> 0\n" in said
        and "1 scores of 1 would change and are not written: run again with --yes" in said
    )
    assert cli.main(["grade", "1", "--jobs", "1", "--yes"]) == 0
    assert "1 submissions written, 1 unchanged" in capsys.readouterr().err
    exported = nbgrader(kinds.root, "export")
    assert exported.returncode == 0, exported.stderr
    with (kinds.root / "grades.csv").open() as file:
        found = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (found["ada"]["score"], found["ada"]["max_score"], found["bob"]["score"]) == ("7.0", "12.0", "0.0")


def nbgrader(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One of nbgrader's own commands, in the course folder."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    env = {"PATH": path, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'lib'}", "HOME": str(root), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=250)


@pytest.mark.full
def test_nbgrader_s_own_command(kinds: Course) -> None:
    """`nbgrader autograde` as a teacher types it; nobody has run `nbgrader generate_assignment`."""
    hand_in(kinds.root, "ada")
    hand_in(kinds.root, "bob", "{")
    ran = nbgrader(kinds.root, "autograde", CHAPTER)
    assert ran.returncode == 0, ran.stderr
    found = {row[:2]: row[2] for row in rows(kinds.root / "gradebook.db")["grades"]}
    assert [found[learner, "check-cross_entropy"] for learner in ("ada", "bob")] == [4, 0]
    again = nbgrader(kinds.root, "autograde", CHAPTER, "--force")
    assert again.returncode == 0 and {row[:2]: row[2] for row in rows(kinds.root / "gradebook.db")["grades"]} == found


EXECUTE = (
    'c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.Execute", "nbgrader.preprocessors.SaveAutoGrades"]'
)


@pytest.mark.parametrize(
    ("lines", "status", "says"),
    [
        (None, "ok", "grades in the course's own children"),
        ("", "warn", "nbgrader's Execute would run submissions without a sandbox"),
        (EXECUTE, "warn", "nbgrader's Execute would run submissions without a sandbox"),
        (EXECUTE.replace("Execute", "IgnorePattern"), "warn", "nothing would grade them"),
        (
            "from nbgrader.preprocessors import Execute\nc.Autograde.autograde_preprocessors = [Execute]",
            "warn",
            "Execute",
        ),
        ("c.Autograde.autograde_preprocessors = [", "warn", "was never closed"),
    ],
)
def test_the_doctor_warns(kinds: Course, lines: str | None, status: str, says: str) -> None:
    if lines is not None:
        (kinds.root / "nbgrader_config.py").write_text(f"c = get_config()\n{lines}\n")
    (finding,) = autograding()
    assert finding.status == status and says in finding.detail and finding.reader == "teacher"
    assert bool(finding.mend) == (status == "warn")


def test_the_doctor_warns_without_a_config(kinds: Course) -> None:
    (kinds.root / "nbgrader_config.py").unlink()
    (finding,) = autograding()
    assert finding.status == "warn" and "does not exist" in finding.detail


def test_why_the_doctor_warns() -> None:
    """What nbgrader gives for a check that shows nothing: the reason why every check gets an output here."""
    graded = {"grade_id": "check-x", "grade": True, "solution": False, "locked": True, "points": 4}
    cell = nbformat.v4.new_code_cell('check("x")', metadata={"nbgrader": graded})
    assert determine_grade(cell) == (4, 4)
