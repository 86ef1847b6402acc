"""`ngram2bert build`: exit statuses, what it prints, and that it needs no activated environment."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest
from toy_course import ROOT, TOY, Toy

from autograder import course as courses
from autograder.commands import build as command


def run(toy: Toy, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command in the toy's folder."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    monkeypatch.chdir(toy.root)
    courses.forget()
    return command.run(parser.parse_args(words))


@pytest.mark.usefixtures("never_executes")
def test_check_and_build(toy: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(toy, monkeypatch, "--check") == 0
    assert capsys.readouterr().out == "01-toy is up to date\n"
    toy.edit("# Use it at once.", "# Use it.")
    assert run(toy, monkeypatch, "01", "--check") == 1
    said = capsys.readouterr()
    assert "notebooks/01-toy/01-toy.ipynb is stale" in said.out
    assert "make notebooks" in said.err
    assert run(toy, monkeypatch, "1") == 0
    said = capsys.readouterr()
    assert said.out == (
        "01-toy: code unchanged, outputs kept; wrote solutions/01-toy/01-toy.ipynb, notebooks/01-toy/01-toy.ipynb\n"
    )
    toy.edit('exercise="cost"', 'exercise="none"')
    assert run(toy, monkeypatch) == 2
    assert capsys.readouterr().err.startswith("solutions/01-toy/01-toy.py:17: the exercise 'none' is not declared")


def test_fresh_bytes_from_another_process_without_an_activated_environment(toy: Toy) -> None:
    wanted = toy.learner.read_bytes()
    toy.learner.unlink()
    toy.solution.unlink()
    script = (
        "import argparse; from autograder.commands import build; parser = argparse.ArgumentParser(); "
        "build.add_arguments(parser); raise SystemExit(build.run(parser.parse_args()))"
    )
    paths = os.pathsep.join(map(str, (TOY, ROOT / "lib", ROOT)))
    bare = {"PATH": "/usr/bin:/bin", "PYTHONPATH": paths, "PYTHONHASHSEED": "7", "HOME": str(Path.home())}
    done = subprocess.run(
        [sys.executable, "-c", script, "--fresh"], cwd=toy.root, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("01-toy: executed in ")
    assert toy.learner.read_bytes() == wanted
    assert [line for line in done.stderr.splitlines() if not line.startswith("01-toy, cell import-os-")] == []
