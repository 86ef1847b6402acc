"""The example chapter of the docs as a course of its own, built once; what a test loads is forgotten afterwards."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import cli
from autograder import course as courses

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "example-chapter"
CHAPTER = "50-zipf"


@pytest.fixture(autouse=True)
def forgotten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the declarations that another has loaded: their names are the same, their folders are not."""
    temporary = str(tmp_path_factory.getbasetemp().resolve())
    forget(temporary)
    yield
    forget(temporary)


def forget(temporary: str) -> None:
    """Take out the modules that were found in a folder, and that folder."""
    sys.path[:] = [entry for entry in sys.path if not entry.startswith(temporary)]
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(temporary) or name == "zipf_exercises":
            del sys.modules[name]
    courses.forget()


def lay_out(folder: Path) -> Path:
    """A copy of the example with what every course folder has."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the real command; not to be changed."""
    folder = lay_out(tmp_path_factory.mktemp("own") / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert cli.main(["build", "50"]) == 0
    return folder


@pytest.fixture
def own_course(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built course as the working folder."""
    folder = Path(shutil.copytree(built, tmp_path / "course"))
    monkeypatch.chdir(folder)
    courses.forget()
    return folder
