"""The small course of the grading tests, with a gradebook."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest

from autograder.course import Course
from tests.grading.conftest import kinds  # noqa: F401  the fixture
from tests.teaching import gradebooks


@pytest.fixture(scope="session")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook, made once: nbgrader asks alembic, which must be found on PATH, for its version."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own, of how it adds rows
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        return gradebooks.make(tmp_path_factory.mktemp("gradebook") / "gradebook.db")


@pytest.fixture
def graded(kinds: Course, gradebook: Path) -> Course:  # noqa: F811
    """A course whose class has scores."""
    shutil.copy(gradebook, kinds.root / "gradebook.db")
    return kinds
