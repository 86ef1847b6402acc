"""A real scheduler and two real workers on loopback, one of them killed on the way: all graded, once, and equally."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook

from autograder import journal
from autograder.batch import grade_class, submissions
from autograder.course import Course
from autograder.launch import CAN_FORK
from tests.gradebook.conftest import chapter_notebook, empty_gradebook, kinds
from tests.kinds import declarations

__all__ = ["empty_gradebook", "kinds"]  # fixtures
ROOT = Path(__file__).parents[2]
LEARNERS = 40
pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not CAN_FORK, reason="a zygote needs fork"),
]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts `python -m MODULE ...` in an empty folder; what still runs at the end is ended."""
    started, path = list[subprocess.Popen[str]](), f"{ROOT}{os.pathsep}{ROOT / 'lib'}"
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    def begin(module: str, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            cwd=cwd or tmp_path_factory.mktemp("elsewhere"),
            env=environment | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if cwd is None else subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in reversed(started):
        process.kill()
        process.communicate()


def kept(course: Course) -> dict[str, float]:
    """{learner: when the journal got their grade}, each row of the table."""
    with contextlib.suppress(sqlite3.Error):
        path = journal.place(course, course.chapters[0])
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
            rows = base.execute("select learner, at from grade").fetchall()
            assert len(rows) == len(dict(rows))
            return dict(rows)
    return {}


def wait_for(condition: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_a_worker_killed_on_the_way_loses_nothing(kinds: Course, start: Start, tmp_path: Path) -> None:
    mistakes, (chapter,) = declarations.cross_entropy.mistakes, kinds.chapters
    for number in range(LEARNERS):
        answer = {"cross_entropy": mistakes[number % len(mistakes)].source}
        place = kinds.root / "submitted" / f"learner-{number}" / chapter.name
        place.mkdir(parents=True)
        text = json.dumps(chapter_notebook(answer if number % 3 else None))
        (place / f"{chapter.name}.ipynb").write_text(text)
    handed = submissions(kinds.root / "submitted", chapter.name)
    here = {grade.learner: grade.marks for grade in grade_class(kinds, chapter, handed, jobs=2)}

    file = tmp_path / "scheduler.json"
    start(
        "distributed.cli.dask_scheduler", *f"--host 127.0.0.1 --port 0 --no-dashboard --scheduler-file {file}".split()
    )
    wait_for(file.exists)
    address = json.loads(file.read_text())["address"]
    options = f"{address} --nthreads 1 --no-nanny --no-dashboard --memory-limit 0"
    workers = [start("distributed.cli.dask_worker", *options.split()) for _ in range(2)]
    command = start(
        "autograder.cli", *f"grade 1 --cluster {address} --unsandboxed --json grades.json".split(), cwd=kinds.root
    )
    wait_for(lambda: len(kept(kinds)) >= 8 or command.poll() is not None)
    below = psutil.Process(workers[0].pid).children(recursive=True)
    workers[0].kill()
    before = kept(kinds)
    out, err = command.communicate(timeout=600)
    assert command.returncode == 0, err
    assert "Traceback" not in err and "gets no work" not in err

    assert below and 8 <= len(before) < LEARNERS
    after = kept(kinds)
    assert len(after) == LEARNERS and {learner: after[learner] for learner in before} == before  # nothing twice
    assert {grade.learner: grade.marks for grade in journal.latest(kinds, chapter)} == here
    points = {
        grade["learner"]: grade["points"] for grade in json.loads((kinds.root / "grades.json").read_text())["grades"]
    }
    assert points == {learner: sum(mark.points for mark in marks.values()) for learner, marks in here.items()}
    with Gradebook(f"sqlite:///{kinds.root / 'gradebook.db'}") as gradebook:
        rows = gradebook.assignment_submissions(chapter.name)
        assert {row.student.id: row.score for row in rows} == points and len(rows) == LEARNERS
    assert not psutil.wait_procs(below, timeout=60)[1]  # the killed worker's processes have ended too
    wait_for(lambda: not psutil.Process(workers[1].pid).children())  # and the other's, as the class is done
    assert f"{LEARNERS} submissions in" in out and f"on the cluster {address}" in out
