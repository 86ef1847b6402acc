"""bootstrap.py on machines that are not fit: one line that says what to do, and an exit status that is not 0."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bootstrap
from autograder.doctor import machine
from tests.house.conftest import ROOT, Run, only_line

PRETEND = """
import sys
sys.version_info, sys.argv = (3, 8, 18, "final", 0), ["bootstrap.py", "lab"]
exec(open("bootstrap.py").read())
"""


def old_pythons() -> list[str]:
    """Interpreters on this machine that are too old for the course."""
    installed = sorted(str(path) for path in Path.home().glob(".pyenv/versions/*/bin/python"))
    found = []
    for path in [*installed, *filter(None, map(shutil.which, ("python2", "python3.8", "python3.9", "python3.10")))]:
        told = subprocess.run(
            [path, "-c", "import sys; print(sys.version_info < (3, 11))"], capture_output=True, text=True
        )
        if told.stdout.strip() == "True":
            found.append(path)
    return found[:1] + found[1:][-1:]  # the oldest and the newest


def test_an_old_python_is_told_so_in_one_line(copy: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PRETEND], cwd=copy, capture_output=True, text=True)
    line = only_line(done.stderr)
    assert done.returncode == 2
    assert "is Python 3.8.18; the course needs 3.11 to 3.14." in line
    assert "bootstrap.py lab" in line
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("python", old_pythons())
def test_real_old_pythons(bootstrap: Run, python: str) -> None:
    done = bootstrap("lab", python=python)
    assert done.returncode == 2
    assert "the course needs" in only_line(done.stderr)


def test_bootstrap_has_no_new_syntax() -> None:
    """What the parser of Python 3.6 lacks, and f-strings and annotations, which that of 2.7 lacks."""
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef))
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert all(argument.annotation is None for argument in node.args.args)


@pytest.mark.parametrize(
    ("version", "platform", "machine", "says"),
    [
        ((3, 11, 0), "linux", "x86_64", None),
        ((3, 14, 2), "darwin", "arm64", None),
        ((3, 12, 1), "win32", "AMD64", None),
        ((3, 10, 9), "linux", "x86_64", "the course needs 3.11 to 3.14"),
        ((3, 15, 0), "linux", "x86_64", "the course needs 3.11 to 3.14"),
        ((4, 0, 0), "linux", "x86_64", "the course needs"),
        ((3, 12, 1), "darwin", "x86_64", "Intel"),
        ((3, 12, 1), "win32", "ARM64", "x86-64"),
    ],
)
def test_unfit(
    version: tuple[int, ...], platform: str, machine: str, says: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "remedy", lambda: "")
    line = bootstrap.unfit(version, "python", platform, machine)
    assert line is None if says is None else says in line


def test_the_span_of_pythons_is_said_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, too_new = bootstrap.OLDEST, bootstrap.TOO_NEW
    assert project["requires-python"] == ">={}.{},<{}.{}".format(*oldest, *too_new)
    assert (oldest, too_new) == (machine.OLDEST, machine.TOO_NEW)
    assert f"not {oldest} <= sys.version_info < {too_new}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"Python {oldest[0]}.{oldest[1]} to {too_new[0]}.{too_new[1] - 1}" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )


def test_no_network_is_one_line(bootstrap: Run, copy: Path) -> None:
    """The real thing: an environment is made, and pip is sent to a port where nobody listens."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    done = bootstrap("lab", PIP_RETRIES="1", **nowhere)
    line = only_line(done.stderr)
    assert done.returncode == 2
    assert line.startswith("ngram2bert: No network")
    assert "`python bootstrap.py lab` again" in line
    assert not (copy / ".venv" / "ngram2bert.json").exists()
    assert "127.0.0.1" in (copy / ".venv" / "install.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("harm", ["gone", "mute", "a file"])
def test_a_broken_environment_is_one_line_and_is_kept(bootstrap: Run, copy: Path, harm: str) -> None:
    venv = copy / ".venv"
    if harm == "a file":
        venv.write_text("mine")
    else:
        python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        python.parent.mkdir(parents=True)
        (venv / "notes.txt").write_text("mine")
        if harm == "mute":
            python.write_text("not a program")
            python.chmod(0o755)
    done = bootstrap("lab", NGRAM2BERT_MAKE="1")
    assert done.returncode == 2
    assert re.search(r"\.venv cannot be used: .* Run `make clean`, then `make lab` again", only_line(done.stderr))
    assert (venv if harm == "a file" else venv / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_hands_its_variables_over(copy: Path) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "lab", "CHAPTER=00-start", "ARGS=--no-browser", "PYTHON=py"],
        cwd=copy, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "NGRAM2BERT_MAKE=1 py bootstrap.py lab 00-start --no-browser"


def test_an_unknown_target_names_those_that_are_there(bootstrap: Run) -> None:
    done = bootstrap("lob")
    assert done.returncode == 2
    assert "no target 'lob'; there are lab, demo, test" in only_line(done.stderr)


def test_clean_leaves_work_alone(bootstrap: Run, copy: Path) -> None:
    (copy / ".venv" / "bin").mkdir(parents=True)
    (copy / "work").mkdir()
    (copy / "work" / "mine.ipynb").write_text("mine")
    assert bootstrap("clean").returncode == 0
    assert not (copy / ".venv").exists()
    assert (copy / "work" / "mine.ipynb").read_text() == "mine"
