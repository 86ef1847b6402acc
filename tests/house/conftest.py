"""A copy of the course's set-up in an empty folder, and a way to run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SET_UP = (
    "bootstrap.py",
    "house",
    "Makefile",
    "course.toml",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
)
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def outside_make(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same messages whether these tests run under `make test` or not."""
    for name in ("NGRAM2BERT_MAKE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A fresh folder with what `bootstrap.py` needs."""
    folder = tmp_path / "course"
    folder.mkdir()
    for name in SET_UP:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def bootstrap(copy: Path) -> Run:
    """bootstrap("lab", PIP_RETRIES="0") runs a target in the copy, with these variables on top; captures the output."""

    def run(*words: str, python: str = sys.executable, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "bootstrap.py", *words],
            cwd=copy,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    return run


def only_line(text: str) -> str:
    """The one line that a failure may cost; anything more, a traceback above all, fails the test."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]
