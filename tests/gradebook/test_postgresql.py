"""The gradebook in PostgreSQL: the same rows as in SQLite, by both ways, over a connection with a password."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url

from autograder.course import Course
from autograder.errors import UserError
from autograder.gradebook.keeper import keeper
from autograder.gradebook.settings import settings
from autograder.gradebook.writer import Writer
from tests.gradebook import postgresql
from tests.gradebook.conftest import CHAPTER, graded, hand_in, rows

pytestmark = [pytest.mark.full, pytest.mark.skipif(postgresql.programs() is None, reason="apt-get install postgresql")]


def same(first: dict[str, list[tuple[Any, ...]]], second: dict[str, list[tuple[Any, ...]]]) -> bool:
    """Rows agree but for how a database writes a truth value, a date or an order of letters."""

    def plain(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[str]]:
        return {
            name: sorted(
                repr(
                    [
                        float(v)
                        if isinstance(v, (bool, int))
                        else None
                        if v is None
                        else str(v).removesuffix(".000000")
                        for v in row
                    ]
                )
                for row in listed
            )
            for name, listed in found.items()
        }

    return plain(first) == plain(second)


def test_same_rows_as_in_sqlite(kinds: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    names = [f"日本 o'neil {i:03d}" for i in range(120)]
    work = [
        (hand_in(kinds.root, name, when="2026-10-01 10:00:00 UTC"), graded(name, i % 4, 4, 2))
        for i, name in enumerate(names)
    ]
    with postgresql.server() as address:
        for db in (address, None):
            with Writer(kinds, kinds.chapters[0], db) as writer:
                started = time.perf_counter()
                for handed, grade in work:
                    writer.add(handed, grade)
            each = 1000 * (time.perf_counter() - started) / len(work)
            print(f"{writer.place}: {each:.1f} ms a submission")
            assert writer.written == len(names)
        assert "password" not in writer.place
        here = rows(_driver(address))
        assert same(here, rows(kinds.root / "gradebook.db"))
        again = graded(names[0], 3, 4, 2)
        with Writer(kinds, kinds.chapters[0], address) as writer:
            writer.add(work[0][0], again)
        assert [str(difference) for difference in writer.held] == [f"{names[0]}: log_softmax 0 -> 3"]
        with Writer(kinds, kinds.chapters[0], address, yes=True) as writer:
            writer.add(work[0][0], again)
        with Gradebook(_driver(address)) as gradebook:
            assert gradebook.find_submission(CHAPTER, names[0]).score == 9
            assert len(gradebook.submission_dicts(CHAPTER)) == len(names)
    with pytest.raises(UserError) as caught, Writer(kinds, kinds.chapters[0], address):
        raise AssertionError("there is no server any more")
    assert "refused" in str(caught.value) and "password" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_nbgrader_s_own_way(kinds: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    hand_in(kinds.root, "ada")
    hand_in(kinds.root, "bob", "{")
    with postgresql.server() as address:
        config = settings(kinds.root)
        config.CourseDirectory.assignment_id, config.CourseDirectory.db_url = CHAPTER, _driver(address)
        with (kinds.root / "nbgrader_config.py").open("a") as file:
            file.write(f"c.CourseDirectory.db_url = {_driver(address)!r}\n")
        try:
            Autograde(coursedir=CourseDirectory(config=config), config=config, log=logging.getLogger("quiet")).start()
        finally:
            keeper.close()
        found = {row[:2]: row[2] for row in rows(_driver(address))["grades"]}
    assert [found[learner, "check-cross_entropy"] for learner in ("ada", "bob")] == [4, 0]


def _driver(address: str) -> str:
    """The address with the driver that is installed."""
    from importlib.util import find_spec

    name = "postgresql+psycopg" if find_spec("psycopg") else "postgresql+psycopg2"
    return make_url(address).set(drivername=name).render_as_string(hide_password=False)
