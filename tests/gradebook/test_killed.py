"""kill -9 at any moment of the writing: the next run, with the same grades, makes the gradebook what it should be."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.gradebook import writer
from autograder.gradebook.writer import Writer
from autograder.marks import Grade
from tests.gradebook.conftest import CHAPTER, graded, hand_in, rows

LEARNERS = 80
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="starts the writer by fork")


def write(course: Course, work: list[tuple[object, Grade]], db: str | None = None, *, yes: bool = False) -> Writer:
    with Writer(course, course.chapters[0], db, yes=yes) as made:
        for handed, grade in work:
            made.add(handed, grade)  # type: ignore[arg-type]
    return made


def kill_in(seconds: float, course: Course, work: list[tuple[object, Grade]]) -> bool:
    """Write in a process of its own that is killed after so many seconds; False where it was done before."""
    child = os.fork()
    if not child:
        try:
            write(course, work, yes=True)
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_again_and_again(kinds: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", 10)
    names = [f"learner {i:02d}" for i in range(LEARNERS)]
    handed = {name: hand_in(kinds.root, name, when="2026-10-01 10:00:00 UTC") for name in names}
    first = [(handed[name], graded(name, 3, i % 5, 2)) for i, name in enumerate(names)]
    second = [(handed[name], graded(name, i % 4, 4, 2)) for i, name in enumerate(names)]
    for whole in ("whole.db", "second.db"):
        shutil.copy(kinds.root / "gradebook.db", kinds.root / whole)
    started = time.perf_counter()
    write(kinds, first, f"sqlite:///{kinds.root / 'whole.db'}")
    length, random_ = time.perf_counter() - started, random.Random(1)
    for path in kinds.root.glob("autograded/*/*/*"):
        path.unlink()
    killed, seen = 0, set[int]()
    for work, whole in ((first, "whole.db"), (second, "second.db")):
        for _ in range(6):
            killed += kill_in(random_.uniform(0.02, length), kinds, work)
            found = rows(kinds.root / "gradebook.db")
            assert len(set(found["submissions"])) == len(found["submissions"]) == len(found["grades"]) / 4
            seen.add(len(found["submissions"]))
        write(kinds, work, yes=True)
        if whole == "second.db":
            write(kinds, second, f"sqlite:///{kinds.root / whole}")
        assert rows(kinds.root / "gradebook.db") == rows(kinds.root / whole)
        assert write(kinds, work, yes=True).written == 0
    assert killed >= 4 and len(seen) >= 2  # in the middle, that is, and not before or after
    assert len(list(kinds.root.glob(f"autograded/*/{CHAPTER}/{CHAPTER}.ipynb"))) == LEARNERS
    left = [path for path in kinds.root.glob(f"autograded/*/{CHAPTER}/.*") if path.suffix == ".new"]
    assert len(left) <= killed  # half-written, and in nobody's way


def test_two_writers_at_once(kinds: Course) -> None:
    names = [f"learner {i:02d}" for i in range(LEARNERS)]
    work: list[tuple[object, Grade]] = [(hand_in(kinds.root, name), graded(name, 3, 4, 2)) for name in names]
    write(kinds, work[:1])  # the chapter itself is known
    children = []
    for order in (work, work[::-1]):
        child = os.fork()
        if not child:
            try:
                write(kinds, order)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    found = rows(kinds.root / "gradebook.db")
    assert len(found["submissions"]) == LEARNERS and len(found["grades"]) == 4 * LEARNERS
    assert all(Path(kinds.root / "autograded" / name / CHAPTER / f"{CHAPTER}.ipynb").is_file() for name in names)
