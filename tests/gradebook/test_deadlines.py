"""Due dates, lateness and extensions of course.toml: read, refused in one line, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from autograder.course import Course
from autograder.deadlines import DAY, Late
from autograder.errors import UserError
from autograder.gradebook.known import extension, utc
from tests.gradebook.conftest import CHAPTER

DUE = "due = 2026-10-01T23:59:00+02:00"


def test_dates_are_read(set_course: Callable[..., Course]) -> None:
    longer = f'[[extension]]\nlearner = "{{}}"\nchapter = "{CHAPTER}"\n'
    read = set_course(
        '[late]\npolicy = "per day"\npercent = 10\ngrace_minutes = 15\n'
        + longer.format("ada")
        + "days = 1.5\n"
        + longer.format("bob")
        + "until = 2026-10-03T00:00:00+02:00\n",
        DUE,
    )
    chapter = read.chapters[0]
    assert chapter.due is not None and utc(chapter.due) == datetime(2026, 10, 1, 21, 59)
    assert extension(read, chapter, "ada") == timedelta(hours=36)
    assert extension(read, chapter, "bob") == timedelta(days=1, minutes=1)
    assert extension(read, chapter, "cem") is None
    assert read.late == Late("per day", 10, 15)
    assert "due" not in repr(chapter)  # grades stay good when a date moves


def test_without_dates_nothing_is_late(kinds: Course) -> None:
    assert kinds.chapters[0].due is None and kinds.late == Late() and kinds.extensions == ()
    assert kinds.late.penalty(7, 100 * DAY) is None


@pytest.mark.parametrize(
    ("late", "seconds", "points"),
    [
        (Late("zero"), 1, 8),
        (Late("zero", grace_minutes=1), 60, None),
        (Late("zero", grace_minutes=1), 61, 8),
        (Late("per day", 10), 1, 0.8),
        (Late("per day", 10), DAY, 0.8),
        (Late("per day", 10), DAY + 1, 1.6),
        (Late("per day", 10), 50 * DAY, 8),
        (Late("none"), 50 * DAY, None),
    ],
)
def test_penalties(late: Late, seconds: float, points: float | None) -> None:
    assert late.penalty(8, seconds) == (None if points is None else pytest.approx(points))


EXTENSION = f'[[extension]]\nlearner = "ada"\nchapter = "{CHAPTER}"\n'


@pytest.mark.parametrize(
    ("lines", "chapter_lines", "says"),
    [
        ("", "due = 2026-10-01T23:59:00", "write date, time and time zone"),
        ("", 'due = "2026-10-01"', "'2026-10-01'; write date, time and time zone without quotation marks"),
        ("", "due = 2026-10-01", "write date, time and time zone"),
        ('[late]\npolicy = "half"', DUE, "policy in [late] is 'half'; there are 'none', 'zero' and 'per day'"),
        ("[late]\npercent = 10", DUE, "percent above 0 with policy = 'per day', and only there"),
        ('[late]\npolicy = "per day"', DUE, "percent above 0 with policy = 'per day'"),
        ('[late]\npolicy = "per day"\npercent = 120', DUE, "percent is 120; it must be a number from 0 to 100"),
        ('[late]\npolicy = "zero"\ngrace_minutes = -1', DUE, "grace_minutes is -1; it must be a number of 0 or more"),
        ("[late]\ngrace = 5", DUE, "[late] knows no 'grace'"),
        ("late = 5", "", "[late] is 5; it must be a table"),
        (EXTENSION + "days = 2", "", "which has no due date"),
        (EXTENSION, DUE, "needs either until or days"),
        (EXTENSION + "days = 2\nuntil = 2026-10-04T00:00:00Z", DUE, "needs either until or days"),
        (EXTENSION + "days = 0", DUE, "ends before 01-kinds is due"),
        (EXTENSION + "days = true", DUE, "days is True"),
        (EXTENSION + "until = 2026-10-04T00:00:00", DUE, "until in the [[extension]] for ada is 2026-10-04 00:00:00;"),
        (EXTENSION + "days = 2\n" + EXTENSION + "days = 3", DUE, "ada has two [[extension]]s for 01-kinds"),
        (EXTENSION.replace("ada", "") + "days = 2", DUE, "learner in [[extension]] is ''"),
        (EXTENSION.replace(CHAPTER, "2") + "days = 2", DUE, "is '2'; there are 01-kinds"),
        (EXTENSION + "days = 2\nday = 2", DUE, "[[extension]] knows no 'day'"),
        ("extension = 3", "", "[[extension]] is 3; it must be a table"),
    ],
)
def test_mistakes_get_one_line(set_course: Callable[..., Course], lines: str, chapter_lines: str, says: str) -> None:
    top = lines if lines.startswith(("late =", "extension =")) else ""
    with pytest.raises(UserError) as caught:
        set_course("" if top else lines, chapter_lines, top)
    assert says in str(caught.value) and "\n" not in str(caught.value)
