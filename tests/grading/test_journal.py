"""The journal: what it gives back, for what it is asked anew, and what it says when it cannot write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder import journal
from autograder.course import Course
from autograder.errors import UserError
from autograder.journal import Journal, latest
from autograder.marks import Grade, Mark, nothing

MARK = Mark(1.5, 2.0, "partly right", "why", "told", ("sign lost",), {"a": (1.5, 2.0)}, ("b",), "<div></div>", "text")
GRADE = Grade("ada", {"x": MARK}, ("a remark",), seconds=0.25, chapter="01-kinds", notebook_sha="a" * 64)


def test_a_grade_comes_back_as_it_was_for_just_this_work(small: Course) -> None:
    chapter = small.chapters[0]
    with Journal(small, chapter) as kept:
        kept.add(GRADE, 5)
    with Journal(small, chapter) as kept:
        assert kept.find("ada", "a" * 64, 5) == GRADE
        assert kept.find("ada", "b" * 64, 5) is None  # another notebook
        assert kept.find("ada", "a" * 64, 6) is None  # another seed
        assert kept.find("bob", "a" * 64, 5) is None
    with Journal(small, replace(chapter, points={"log_softmax": 9})) as kept:
        assert kept.find("ada", "a" * 64, 5) is None  # other points
    with Journal(small, chapter, {"cells": []}) as kept:
        assert kept.find("ada", "a" * 64, 5) is None  # other given cells


def test_latest_is_the_last_run(small: Course) -> None:
    chapter = small.chapters[0]
    with pytest.raises(UserError, match="nothing of 01-kinds has been graded here"):
        latest(small, chapter)
    newer = replace(GRADE, notebook_sha="b" * 64, remarks=())
    with Journal(small, chapter) as kept:
        kept.begin(["ada", "bob"])
        for grade in (GRADE, newer, nothing("bob", chapter.name, {"x": 2.0}, "no notebook")):
            kept.add(grade, 5)
        assert latest(small, chapter)[0] == newer
        assert kept.find("ada", "a" * 64, 5) == GRADE  # the older notebook was handed in again
        assert [grade.remarks for grade in latest(small, chapter)] == [("a remark",), ()]
        kept.begin(["bob"])
    assert [grade.learner for grade in latest(small, chapter)] == ["bob"]


def test_a_fault_of_the_grader_is_tried_again(small: Course) -> None:
    with Journal(small, small.chapters[0]) as kept:
        kept.add(replace(GRADE, incident=True), 5)
        assert kept.find("ada", "a" * 64, 5) is None
    assert latest(small, small.chapters[0])[0].incident


def test_a_full_disk_is_one_line_and_nothing_that_was_graded_is_lost(small: Course) -> None:
    chapter = small.chapters[0]
    with Journal(small, chapter) as kept:
        kept.add(GRADE, 5)
        pages = kept._base.execute("pragma page_count").fetchone()[0]
        kept._base.execute(f"pragma max_page_count = {pages + 2}")
        with pytest.raises(UserError, match=r"is full .*; free some space.*what was graded so far is kept") as caught:
            kept.add(replace(GRADE, learner="bob", remarks=("x" * 100_000,)), 5)
        assert "\n" not in str(caught.value)
        assert kept.find("ada", "a" * 64, 5) == GRADE
    assert [grade.learner for grade in latest(small, chapter)] == ["ada"]


def test_a_damaged_journal_is_one_line(small: Course) -> None:
    path = journal.place(small, small.chapters[0])
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    for use in (lambda: Journal(small, small.chapters[0]), lambda: latest(small, small.chapters[0])):
        with pytest.raises(UserError, match=r"is damaged .*delete it, and all is graded anew"):
            use()
