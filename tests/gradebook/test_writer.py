"""The writer of a class: what it writes, what it leaves alone, what it asks about first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.batch import Handed
from autograder.course import Course
from autograder.errors import UserError
from autograder.gradebook.changes import LATE, Difference
from autograder.gradebook.writer import Writer
from autograder.marks import Grade
from tests.gradebook.conftest import CHAPTER, chapter_notebook, graded, hand_in, person, rows

LONG = "x" * 129


def write(course: Course, *work: tuple[Handed, Grade], yes: bool = False, db: str | None = None) -> Writer:
    """Write some grades."""
    with Writer(course, course.chapters[0], db, yes=yes) as writer:
        for handed, grade in work:
            writer.add(handed, grade)
    return writer


def scores(course: Course) -> dict[tuple[str, str], tuple[Any, ...]]:
    """{(learner, cell): (ours, a person's, extra, waits for a person)}."""
    return {row[:2]: row[2:] for row in rows(course.root / "gradebook.db")["grades"]}


def test_a_class_with_odd_names_and_problems(kinds: Course) -> None:
    odd = ["a b'c; drop table grade; --", "日本語😀", "%41 {x}", "-rf"]
    work = [(hand_in(kinds.root, name), graded(name, 3, 4, 1 / 3)) for name in odd]
    nothing = Handed("eva", kinds.root / "submitted" / "eva" / CHAPTER / f"{CHAPTER}.ipynb", "no notebook")
    work.append((nothing, graded("eva", 0, 0, 0, problem="eva holds no\0 notebook")))
    work += [(Handed(name, Path("nowhere")), graded(name, 3, 4, 2)) for name in (LONG, "\udcff", 'a"b')]
    writer = write(kinds, *work)
    assert (writer.written, writer.unchanged, writer.held) == (5, 0, [])
    assert set(writer.refused) == {LONG, "\udcff", 'a"b'}
    found = rows(kinds.root / "gradebook.db")
    assert {row[0] for row in found["students"]} == {*odd, "eva"}
    assert scores(kinds)["-rf", "check-sample"] == (1 / 3, None, None, 0)  # to the last digit
    assert scores(kinds)["-rf", "thought"] == (0, None, None, 0)  # nothing was written there
    assert scores(kinds)["eva", "check-sample"] == (0, None, None, 0)
    comments = {row[:2]: row[2] for row in found["comments"]}
    assert comments["eva", "log_softmax"] == "eva holds no notebook" and comments["eva", "sample"] == "No response."
    assert comments["-rf", "thought"] == "No response." and comments["-rf", "sample"] is None
    assert {row[0]: row[2] for row in found["submissions"]}["eva"] is None
    for name in (*odd, "eva"):
        path = kinds.root / "autograded" / name / CHAPTER / f"{CHAPTER}.ipynb"
        assert path.stat().st_mode & 0o777 == 0o444
    with Gradebook(f"sqlite:///{kinds.root / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission(CHAPTER, odd[0]).score == 7 + 1 / 3
        assert gradebook.find_assignment(CHAPTER).max_score == 12
        assert len(gradebook.submission_dicts(CHAPTER)) == 5  # what the formgrader lists


def test_nothing_is_written_when_nothing_changed(kinds: Course) -> None:
    work = [(hand_in(kinds.root, name, when="2026-10-01 10:00:00 UTC"), graded(name, 3, 4, 0)) for name in "abc"]
    write(kinds, *work)
    files = [kinds.root / "gradebook.db", *kinds.root.glob("autograded/*/*/*")]
    assert len(files) == 7
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    writer = write(kinds, *work, yes=True)
    assert (writer.written, writer.unchanged) == (0, 3)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files} == before


def test_differences_first(kinds: Course) -> None:
    ada, bob = hand_in(kinds.root, "ada"), hand_in(kinds.root, "bob")
    write(kinds, (ada, graded("ada", 3, 0, 2)))
    before = rows(kinds.root / "gradebook.db")
    work = (ada, graded("ada", 0, 4, 2)), (bob, graded("bob", 3, 4, 2))
    first = write(kinds, *work)
    assert set(first.held) == {Difference("ada", "log_softmax", 3, 0), Difference("ada", "cross_entropy", 0, 4)}
    assert sorted(map(str, first.held)) == ["ada: cross_entropy 0 -> 4", "ada: log_softmax 3 -> 0"]
    after = rows(kinds.root / "gradebook.db")
    assert first.written == 1  # bob, of whom nothing was known
    assert [row for row in after["grades"] if row[0] == "ada"] == before["grades"]
    second = write(kinds, *work, yes=True)
    assert second.held == [] and (second.written, second.unchanged) == (1, 1)
    assert scores(kinds)["ada", "check-log_softmax"][0] == 0 and scores(kinds)["ada", "check-cross_entropy"][0] == 4


def test_a_person_s_grades_stay(kinds: Course) -> None:
    database = kinds.root / "gradebook.db"
    ada = hand_in(kinds.root, "ada", chapter_notebook(thought="One."))
    write(kinds, (ada, graded("ada", 3, 0, 2)))
    assert scores(kinds)["ada", "thought"] == (None, None, None, 1)  # waits for a person
    person(database, "ada", "thought", manual_score=2.5, needs_manual_grade=False)
    person(database, "ada", "check-cross_entropy", manual_score=1.0, extra_credit=0.5, needs_manual_grade=False)
    with Gradebook(f"sqlite:///{database}") as gradebook:
        gradebook.find_comment("thought", CHAPTER, CHAPTER, "ada").manual_comment = "Good."
        gradebook.db.commit()
    write(kinds, (ada, graded("ada", 3, 0, 0)), yes=True)
    found = scores(kinds)
    assert found["ada", "check-sample"][0] == 0
    assert found["ada", "thought"] == (None, 2.5, None, 0)  # the same answer: nobody has to read it again
    assert found["ada", "check-cross_entropy"] == (0, 1, 0.5, 0)
    write(kinds, (ada, graded("ada", 3, 4, 0)), yes=True)
    assert scores(kinds)["ada", "check-cross_entropy"] == (4, 1, 0.5, 1)  # ours changed beside theirs: look again
    hand_in(kinds.root, "ada", chapter_notebook(thought="Two."))
    write(kinds, (ada, graded("ada", 3, 4, 0)), yes=True)
    assert scores(kinds)["ada", "thought"] == (None, 2.5, None, 1)
    assert [row[3] for row in rows(database)["comments"] if row[1] == "thought"] == ["Good."]


def test_lateness(set_course: Callable[..., Course]) -> None:
    due = "due = 2026-10-01T12:00:00+00:00"
    dates = '[late]\npolicy = "per day"\npercent = 50\ngrace_minutes = 5\n'
    course = set_course(dates, due)
    names = {"ada": "2026-10-01 12:05:00 UTC", "bob": "2026-10-01 14:06:00 +0200", "cem": "never"}
    work = [(hand_in(course.root, name, when=when), graded(name, 3, 4, 1)) for name, when in names.items()]
    os.utime(work[2][0].path, (0, 1790870400))  # 2026-10-01 16:00: a date that cannot be read is the file's
    write(course, *work)
    penalties = {row[0]: row[4] for row in rows(course.root / "gradebook.db")["submissions"]}
    assert penalties == {"ada": None, "bob": 4, "cem": 4}
    course = set_course(dates + f'[[extension]]\nlearner = "bob"\nchapter = "{CHAPTER}"\ndays = 1\n', due)
    writer = write(course, *work)
    assert writer.held == [Difference("bob", LATE, 4, 0)]
    write(course, *work, yes=True)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        bob = gradebook.find_submission(CHAPTER, "bob")
        assert bob.extension.days == 1 and bob.total_seconds_late == 0 and bob.late_submission_penalty == 0
        assert gradebook.find_submission(CHAPTER, "cem").late_submission_penalty == 4


def test_a_timestamp_that_is_none(kinds: Course) -> None:
    (kinds.root / "private").write_text("2020-01-01 00:00:00 UTC")
    work = [(hand_in(kinds.root, name), graded(name, 3, 4, 2)) for name in ("link", "pipe", "long")]
    link, pipe, long = (handed.path.parent / "timestamp.txt" for handed, _ in work)
    link.symlink_to(kinds.root / "private")
    os.mkfifo(pipe)
    long.write_bytes(b"2026\xff" * 1_000_000)
    write(kinds, *work)
    assert all(row[2] > "2026" for row in rows(kinds.root / "gradebook.db")["submissions"])
    assert not (kinds.root / "autograded" / "link" / CHAPTER / "timestamp.txt").exists()


def test_points_that_change_reach_the_gradebook(kinds: Course) -> None:
    ada = hand_in(kinds.root, "ada")
    write(kinds, (ada, graded("ada", 3, 4, 2)))
    with Gradebook(f"sqlite:///{kinds.root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade_cell("check-sample", CHAPTER, CHAPTER).max_score = 1
        gradebook.db.commit()
    write(kinds, (ada, graded("ada", 3, 4, 2)))
    assert ("check-sample", "GradeCell", 2.0, "code") in rows(kinds.root / "gradebook.db")["cells"]


def test_what_cannot_be_done_is_said_in_one_line(kinds: Course) -> None:
    ada = hand_in(kinds.root, "ada")
    for db, says in (
        ("gradebook.db", "'gradebook.db' is no address of a gradebook"),
        (f"sqlite:///{kinds.root}/no/folder.db", "unable to open database file"),
        ("postgresql://me:secret@127.0.0.1:1/none", "me:***@127.0.0.1:1/none"),
        ("nosuch://x/y", "needs a driver that is not installed"),
    ):
        with pytest.raises(UserError) as caught:
            write(kinds, (ada, graded("ada", 3, 4, 2)), db=db)
        assert says in str(caught.value) and "\n" not in str(caught.value) and "secret" not in str(caught.value)
    write(kinds, (ada, graded("ada", 3, 4, 2)))
    with Gradebook(f"sqlite:///{kinds.root / 'gradebook.db'}") as gradebook:
        gradebook.add_solution_cell("another", CHAPTER, CHAPTER)
    with pytest.raises(UserError, match="submissions of another version of 01-kinds"):
        write(kinds, (ada, graded("ada", 3, 4, 2)))


def test_our_own_failure_takes_no_points_away(kinds: Course) -> None:
    ada = hand_in(kinds.root, "ada")
    write(kinds, (ada, graded("ada", 3, 4, 2)))
    failed = Grade("ada", graded("ada", 0, 0, 0).marks, problem="the grader stopped", incident=True)
    assert write(kinds, (ada, failed), yes=True).written == 0
    assert scores(kinds)["ada", "check-sample"][0] == 2


def test_a_batch_fails_whole(kinds: Course) -> None:
    work = [(hand_in(kinds.root, name), graded(name, 3, 4, 2)) for name in "abc"]
    (kinds.root / "autograded").write_text("a file where a folder must be")
    with pytest.raises(UserError, match="cannot be written"):
        write(kinds, *work)
    assert rows(kinds.root / "gradebook.db")["submissions"] == []
    (kinds.root / "autograded").unlink()
    assert write(kinds, *work).written == 3
