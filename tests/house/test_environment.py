"""When the environment is installed again and when not, and what pip's failures become."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from house import environment, install, say
from house.say import Stop


@pytest.fixture
def done(copy: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `ready` did in the copy, step by step, with the steps that take minutes left out."""
    steps: list[str] = []

    def make(venv: Path, target: str) -> None:
        steps.append("make")
        python = environment.python_of(venv)
        python.parent.mkdir(parents=True)
        python.write_text("stands for Python")
        (venv / "pyvenv.cfg").write_text("version = 3.11.7")

    def locked(python: Path, lock: Path, env: dict[str, str], target: str) -> float:
        steps.append(lock.name)
        return 1.0

    def editable(*arguments: object) -> None:
        steps.append("editable")

    monkeypatch.setattr(environment, "ROOT", copy)
    monkeypatch.setattr(environment, "make", make)
    monkeypatch.setattr(environment, "check", lambda python, target: None)
    monkeypatch.setattr(install, "locked", locked)
    monkeypatch.setattr(install, "editable", editable)
    return steps


def change(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


def test_the_second_run_installs_nothing(done: list[str]) -> None:
    environment.ready("learner", "lab")
    assert done == ["make", "requirements.lock", "editable"]
    environment.ready("learner", "lab")
    assert len(done) == 3


def test_the_maintainers_packages_serve_the_learner_too(done: list[str]) -> None:
    environment.ready("maintainer", "test")
    environment.ready("learner", "lab")
    assert done == ["make", "requirements-dev.lock", "editable"]


def test_the_learners_packages_do_not_serve_the_maintainer(done: list[str]) -> None:
    environment.ready("learner", "lab")
    environment.ready("maintainer", "test")
    assert done == ["make", "requirements.lock", "editable", "requirements-dev.lock"]


def test_only_what_changed_is_installed_again(done: list[str], copy: Path) -> None:
    environment.ready("learner", "lab")
    done.clear()
    change(copy / "pyproject.toml")
    environment.ready("learner", "lab")
    assert done == ["editable"]
    change(copy / "requirements.lock")
    environment.ready("learner", "lab")
    assert done == ["editable", "requirements.lock"]
    change(copy / ".venv" / "pyvenv.cfg")  # another Python
    environment.ready("learner", "lab")
    assert done == ["editable", "requirements.lock", "requirements.lock", "editable"]


def test_an_install_that_was_cut_off_is_gone_on_with(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(install, "locked", lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            environment.ready("learner", "lab")
    environment.ready("learner", "lab")
    assert done == ["make", "requirements.lock", "editable"]


def test_a_torn_stamp_reads_as_none(done: list[str], copy: Path) -> None:
    environment.ready("learner", "lab")
    (copy / ".venv" / "ngram2bert.json").write_text('{"learner": "12')
    environment.ready("learner", "lab")
    assert done == ["make", "requirements.lock", "editable", "requirements.lock", "editable"]


def test_a_folder_that_was_moved_is_noticed(done: list[str], copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ready("learner", "lab")
    moved = copy.rename(copy.with_name("elsewhere"))
    monkeypatch.setattr(environment, "ROOT", moved)
    with pytest.raises(Stop, match=r"made in another folder\. Run `python bootstrap.py clean`"):
        environment.ready("learner", "lab")


def test_a_full_disk_is_noticed_before_anything_is_made(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", copy)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: SimpleNamespace(free=300_000_000))
    with pytest.raises(Stop, match=r"has 0\.3 GB free and the set-up needs 2\.0 GB: make room, then run"):
        environment.ready("learner", "lab")
    assert not (copy / ".venv").exists()


def test_foreign_packages_stay_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    found = environment.variables(tmp_path)
    assert "PYTHONPATH" not in found
    assert found["PIP_USER"] == "0"
    assert found["PATH"].startswith(str(environment.python_of(tmp_path).parent))


NETWORK = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('...')': /simple/anyio/
ERROR: Could not find a version that satisfies the requirement anyio==4.16.0 (from versions: none)
ERROR: No matching distribution found for anyio==4.16.0
"""


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (NETWORK, "No network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        (
            "ERROR: Could not install packages due to an OSError: [WinError 112] There is not enough space",
            "The disk is full",
        ),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))\n" + NETWORK, "certificate"),
        (
            "ERROR: No matching distribution found for torch==2.13.0 (from x)",
            "There is no torch==2.13.0 for this machine",
        ),
        (
            "ERROR: No matching distribution found for anyio==4.16.0",
            "The package index has no anyio==4.16.0: it does not answer",
        ),
        ("PermissionError: [Errno 13] Permission denied: '/srv/course/.venv'", "No right to write"),
        (
            "Collecting a\nERROR: something that nobody foresaw",
            "something that nobody foresaw. All that pip said is in pip.log",
        ),
    ],
)
def test_what_a_failure_of_pip_becomes(said: str, line: str) -> None:
    told = install.explain(said, "lab", "pip.log")
    assert line in told
    assert "\n" not in told


PIP = """Collecting alembic==1.20.1 (from -r requirements.lock (line 2))
  Downloading alembic-1.20.1-py3-none-any.whl (270 kB)
Collecting torch==2.13.0 (from -r requirements.lock (line 4))
  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (902.4 MB)
"""


def test_progress_in_a_log_is_a_line_a_quarter_and_names_long_downloads(capsys: pytest.CaptureFixture[str]) -> None:
    bar = say.Progress(total=8)
    for collected, line in enumerate(PIP.splitlines()):
        install.follow(line, collected, bar)
    assert capsys.readouterr().out.split("\n") == [
        "  fetching 0/8",
        "  fetching 2/8",
        "  downloading torch (902.4 MB)",
        "",
    ]


def test_progress_on_a_terminal_is_one_line_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen: Any = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    bar = say.Progress(total=4)
    bar.show("fetching", 1, "numpy")
    bar.show("fetching", 9, "torch")
    bar.close()
    assert "\n" not in screen.getvalue()
    assert "1/4 numpy" in screen.getvalue()
    assert "4/4 torch" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")
