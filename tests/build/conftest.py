"""A toy course, built once with real tools; a test that changes it takes a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from toy_course import ROOT, TOY, Toy

from autograder import course as courses
from autograder.errors import UserError


@pytest.fixture(scope="session", autouse=True)
def toy_modules() -> Iterator[None]:
    """The toy's modules can be imported, here and in kernels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOY))
        patch.setenv("PYTHONPATH", str(TOY))
        yield
    courses.forget()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, toy_modules: None) -> Toy:
    """Built and not to be changed."""
    toy = Toy(tmp_path_factory.mktemp("course") / "toy")
    shutil.copytree(TOY, toy.root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", toy.root)
    toy.first = toy.build()
    return toy


@pytest.fixture
def toy(built: Toy, tmp_path: Path) -> Toy:
    """A copy of the built course, to change."""
    shutil.copytree(built.root, tmp_path / "toy")
    return Toy(tmp_path / "toy")


@pytest.fixture
def never_executes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any start of a kernel fails."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("autograder.build.chapter.execute", refuse)


@pytest.fixture
def refused() -> Callable[..., str]:
    """Call something that must raise UserError, and return its one line."""

    def message(call: Callable[..., Any], *args: Any, **options: Any) -> str:
        with pytest.raises(UserError) as caught:
            call(*args, **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return message
