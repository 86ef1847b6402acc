"""The command line: help with examples, one line for a user's mistake, exit statuses that mean something."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from types import SimpleNamespace

import pytest

from autograder import cli
from autograder.errors import UserError
from tests.house.conftest import ROOT, only_line


def test_the_list_of_commands_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert cli.names() == sorted(p.stem for p in (ROOT / "autograder" / "commands").glob("[a-z]*.py"))
    for name in cli.names():
        assert f"  {name} " in out
        assert cli.help_of(name) in out


def test_without_a_command_there_is_help_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "usage: ngram2bert COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize("name", cli.names())
def test_every_command_has_help_with_an_example_that_parses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    assert "Example: ngram2bert" in capsys.readouterr().out
    command = importlib.import_module(f"autograder.commands.{name}")
    program, called, *words = command.EXAMPLE.split("#")[0].split()
    assert (program, called) == ("ngram2bert", name)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    parser.parse_args(words)


def test_help_waits_for_nothing_heavy() -> None:
    code = (
        "import sys; from autograder import cli; cli.main(['--help']); cli.main(['--version']);"
        "print(*sorted({'torch', 'numpy', 'matplotlib', 'nbformat', 'IPython'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=_here(), capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def _here() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "lib"), str(ROOT)])}


def test_an_unknown_command_costs_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "gradle"], cwd=ROOT, env=_here(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "no command 'gradle'; there are " in only_line(done.stderr)


def test_a_wrong_option_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", "--jason"])
    assert ended.value.code == 2
    assert "--jason" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "status", "line"),
    [
        (UserError("the disk is full; make room"), 2, "ngram2bert: the disk is full; make room"),
        (KeyboardInterrupt(), 130, "ngram2bert: stopped"),
    ],
)
def test_what_a_command_raises(
    raised: BaseException, status: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise raised

    command = SimpleNamespace(HELP="x", EXAMPLE="ngram2bert doctor", add_arguments=lambda parser: None, run=run)
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: command)
    assert cli.main(["doctor"]) == status
    assert only_line(capsys.readouterr().err) == line


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """As in `ngram2bert --help | head -1`: the pipe is closed before anything is written."""
    code = "import os, sys, time; time.sleep(0.3); from autograder import cli; os._exit(cli.main(['--help']))"
    writer = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=_here(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    said = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(timeout=30), said) == (141, b"")
