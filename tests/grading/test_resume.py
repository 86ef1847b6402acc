"""The command, killed or stopped: nothing is lost, nothing is graded twice, nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import journal
from autograder.course import Course
from autograder.launch import CAN_FORK
from tests.grading.conftest import hand_in
from tests.kinds import declarations

ROOT = Path(__file__).parents[2]
WRONG = declarations.cross_entropy.mistakes
pytestmark = pytest.mark.skipif(not CAN_FORK, reason="workers that die with their parent: Linux")


class Command:
    """`ngram2bert grade 1` in the course, as a process whose temporary files are its own."""

    def __init__(self, course: Course, learners: int):
        self.course, self.temporary = course, course.root / "temporary"
        self.temporary.mkdir()
        for number in range(learners):
            mistake = WRONG[number % len(WRONG)]
            hand_in(course.root, f"learner-{number}", {"cross_entropy": mistake.source} if number % 3 else None)

    def start(self, *more: str) -> subprocess.Popen[str]:
        """The command; its group is its own, as in a terminal."""
        path = f"{ROOT}{os.pathsep}{ROOT / 'lib'}"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "TMPDIR": str(self.temporary)}
        arguments = ["grade", "1", "--jobs", "2", "--no-gradebook", "--unsandboxed", *more]
        return subprocess.Popen(
            [sys.executable, "-m", "autograder.cli", *arguments],
            cwd=self.course.root,
            env=environment | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def kept(self) -> dict[str, float]:
        """{learner: when the journal got their grade}."""
        with contextlib.suppress(sqlite3.Error):
            path = journal.place(self.course, self.course.chapters[0])
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
                return dict(base.execute("select learner, at from grade").fetchall())
        return {}

    def wait_for(self, process: subprocess.Popen[str], grades: int) -> None:
        """Until so many grades are kept, or the command has ended."""
        until = time.monotonic() + 200
        while len(self.kept()) < grades and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)

    def gone(self) -> bool:
        """True once no process works in the temporary folder and nothing is left in it."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if not list(self.temporary.iterdir()) and not _working_below(self.temporary):
                return True
            time.sleep(0.1)
        return False


def _working_below(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and os.readlink(entry / "cwd").startswith(str(folder)):
                found.append(entry.name)
    return found


def points(text: str) -> dict[str, float]:
    return {grade["learner"]: grade["points"] for grade in json.loads(text)["grades"]}


def expected(learners: int) -> dict[str, float]:
    """Of 7 points; each third learner has all right, the others lose the four of cross_entropy."""
    return {f"learner-{number}": 3.0 if number % 3 else 7.0 for number in range(learners)}


def test_a_killed_run_goes_on_where_it_was(small: Course) -> None:
    command = Command(small, 12)
    first = command.start()
    command.wait_for(first, 3)
    first.kill()
    first.communicate()
    before = command.kept()
    assert command.gone()
    second = command.start("--json", "-")
    out, err = second.communicate(timeout=250)
    assert second.returncode == 0, err
    assert points(out) == expected(12)
    after = command.kept()
    assert len(before) >= 3 and {learner: after[learner] for learner in before} == before  # nothing twice
    assert len(after) == 12 and command.gone()


def test_ctrl_c_is_one_line_and_keeps_what_was_graded(small: Course) -> None:
    command = Command(small, 12)
    process = command.start()
    command.wait_for(process, 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
    out, err = process.communicate(timeout=100)
    assert process.returncode == 130 and out == "" and "Traceback" not in err
    last = err.strip().splitlines()[-1]
    assert last.startswith("ngram2bert: stopped; ") and last.endswith("the same command goes on from there")
    assert int(last.split()[2]) == len(command.kept()) >= 2
    assert command.gone()


@pytest.mark.full
@pytest.mark.timeout(3000)
def test_killed_at_any_moment_nothing_is_lost_and_nothing_twice(small: Course) -> None:
    learners, dice = 60, random.Random(4)
    command = Command(small, learners)
    seen: dict[str, float] = {}
    for kills in range(12):
        process = command.start()
        if kills % 2:
            time.sleep(dice.uniform(0.0, 12.0))  # while it imports, starts workers, grades
        else:
            command.wait_for(process, len(seen) + 1)
            time.sleep(dice.uniform(0.0, 0.5))  # in the middle of grading
        process.kill()
        process.communicate()
        now = command.kept()
        assert {learner: now[learner] for learner in seen} == seen  # neither lost nor graded again
        seen = now
    assert command.gone()
    last = command.start("--json", "-")
    out, err = last.communicate(timeout=1000)
    assert last.returncode == 0, err
    assert points(out) == expected(learners)
    after = command.kept()
    assert {learner: after[learner] for learner in seen} == seen and len(after) == learners
    base = sqlite3.connect(journal.place(small, small.chapters[0]))
    with contextlib.closing(base):
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        assert base.execute("select count(*) from grade").fetchone() == (learners,)
    assert command.gone()
