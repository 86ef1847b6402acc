"""work/ is the learner's: chapters are copied there, and nothing is overwritten; then JupyterLab opens on them."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from autograder import cli, workspace
from autograder.commands import lab
from autograder.errors import UserError

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
SERVE = """
import sys
from pathlib import Path
from autograder import jupyter
folder = Path(sys.argv[1])
sys.exit(jupyter.serve(folder, folder / "01-words" / "01-words.ipynb", browser=False, port=None, ip=None))
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two chapters, the second of which is opened, with a picture beside its notebook."""
    (tmp_path / "course.toml").write_text(
        'opens = "01-words"\n[[chapter]]\nname = "00-start"\ntitle = "a"\nexercises = "a"\n'
        '[[chapter]]\nname = "01-words"\ntitle = "b"\nexercises = "b"\n'
    )
    chapter = tmp_path / "notebooks" / "01-words"
    (chapter / "img").mkdir(parents=True)
    (chapter / ".ipynb_checkpoints").mkdir()
    (chapter / "01-words.ipynb").write_text(json.dumps(NOTEBOOK))
    (chapter / "img" / "zipf.svg").write_text("<svg/>")
    (chapter / ".ipynb_checkpoints" / "old.ipynb").write_text("{}")
    return tmp_path


def test_a_chapter_is_copied_whole(course: Path) -> None:
    folder, copied, kept = workspace.bring(course, "01-words")
    assert (copied, kept) == (2, 0)
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        "01-words.ipynb",
        "img/zipf.svg",
    ]


def test_what_the_learner_wrote_is_never_overwritten(course: Path) -> None:
    folder, _, _ = workspace.bring(course, "01-words")
    (folder / "01-words.ipynb").write_text("my answers")
    (course / "notebooks" / "01-words" / "01-words.ipynb").write_text("a newer release")
    (course / "notebooks" / "01-words" / "data.txt").write_text("new in this release")
    assert workspace.bring(course, "01-words") == (folder, 1, 2)
    assert (folder / "01-words.ipynb").read_text() == "my answers"
    assert (folder / "data.txt").read_text() == "new in this release"


def test_a_copy_that_fails_leaves_nothing_half_done(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(old: object, new: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workspace.shutil, "copyfileobj", full)
    with pytest.raises(UserError, match=r"cannot be copied to .*01-words: No space left on device"):
        workspace.bring(course, "01-words")
    assert not [p for p in (course / "work").rglob("*") if p.is_file()]


def test_a_chapter_that_is_not_built_says_how_to(course: Path) -> None:
    with pytest.raises(UserError, match="holds no notebook; build it with `make notebooks`"):
        workspace.bring(course, "00-start")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(None, "01-words"), ("0", "00-start"), ("00", "00-start"), ("1", "01-words"), ("01-words", "01-words")],
)
def test_chapters_by_name_and_number(course: Path, wanted: str | None, found: str) -> None:
    assert workspace.choose(course, wanted) == found


def test_an_unknown_chapter_names_those_that_are_there(course: Path) -> None:
    with pytest.raises(UserError, match=r"no chapter '7'; course.toml has 00-start, 01-words"):
        workspace.choose(course, "7")


def test_the_command_copies_and_says_so(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "ROOT", course)
    monkeypatch.setattr(lab.subprocess, "call", lambda command: 0)
    assert cli.main(["lab", "--copy-only"]) == 0
    assert cli.main(["lab", "01", "--copy-only"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Copied the chapter to work/01-words.",
        "work/01-words is there already and stays as it is.",
    ]


def test_no_jupyterlab_without_the_corpora(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "ROOT", course)
    monkeypatch.setattr(lab.subprocess, "call", lambda command: 1)
    monkeypatch.setattr(lab.jupyter, "serve", lambda *arguments, **named: pytest.fail("JupyterLab was started"))
    assert cli.main(["lab"]) == 2
    assert "a corpus is missing" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_jupyterlab_answers_at_the_address_that_is_printed(course: Path) -> None:
    """A real server: the notebook at the printed address, the kernel that notebooks name, an end in peace on Ctrl-C."""
    workspace.bring(course, "01-words")
    places = {
        name: str(course / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(course / "work")],
        env=os.environ | places,
        stdout=subprocess.PIPE,
        text=True,
        # a shell lets what it starts in the background ignore Ctrl-C, and the tests may run there
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        address, _, token = line.removeprefix("JupyterLab is at ").partition("?token=")
        base, _, page = address.partition("lab/tree/")
        assert page == "01-words/01-words.ipynb"

        def get(path: str) -> str:
            request = urllib.request.Request(base + path, headers={"Authorization": f"token {token}"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                return str(answer.read().decode())

        assert json.loads(get(f"api/contents/{page}?type=notebook"))["content"]["cells"] == []
        specs = json.loads(get("api/kernelspecs"))
        assert specs["default"] == "python3"
        settings = get("lab")
        assert '"news": {"disabled": true}' in settings
        assert "@jupyter/nbgrader" in settings.partition('"disabledExtensions"')[2].partition("]")[0]
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=90) == 0
