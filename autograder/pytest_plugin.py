"""`pytest --submission PATH`: a test a part of every exercise, graded out of process; GitHub Classroom can run it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UserError


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --submission."""
    group = parser.getgroup("ngram2bert")
    group.addoption("--submission", metavar="PATH", help="grade this notebook: one test a part of every exercise")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """With --submission that notebook is all there is to collect."""
    if path := config.getoption("--submission"):
        config.args = [path]
        if not Path(path).is_file():
            raise pytest.UsageError(f"{path} does not exist; is the path right?")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The submission is a file of tests."""
    path = parent.config.getoption("--submission")
    if path and file_path.resolve() == Path(path).resolve():
        return Submission.from_parent(parent, path=file_path)
    return None


class Submission(pytest.File):
    """A notebook, graded once when its tests are collected."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test a part."""
        from autograder import course
        from autograder.grade import check_notebook

        try:
            _, reports, _ = check_notebook(self.path, course.read())
        except UserError as error:
            raise self.CollectError(str(error)) from error
        for name, report in reports.items():
            for part in report.parts:
                label = name if part == "all" else f"{name}: {part}"
                yield Part.from_parent(self, name=label, report=report, part=part)


class Part(pytest.Item):
    """One part of one exercise."""

    def __init__(self, *, report: Any, part: str, **rest: Any):
        super().__init__(**rest)
        self.report, self.part = report, part

    def runtest(self) -> None:
        """Fails where a case of the part fails."""
        earned, possible = self.report.parts[self.part]
        if earned < possible:
            raise NotEarned(self.report)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The reason and the diagnosis, without a traceback of the grader."""
        from autograder.diagnose import describe

        told = describe(self.report.diagnosis, self.report.combined)
        return f"{self.report.status}: {self.report.reason}" + (f"\n{told}" if told else "")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is said to stand."""
        return self.path, None, self.name


class NotEarned(Exception):
    """A part without its points."""
