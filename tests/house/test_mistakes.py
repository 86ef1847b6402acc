"""docs/mistakes.md is what the declarations say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import cli
from autograder import course as courses
from autograder.commands import mistakes
from tests.house.conftest import ROOT, only_line


def test_the_table_of_mistakes_is_fresh() -> None:
    read = courses.read(ROOT)
    text = (ROOT / mistakes.PAGE).read_text(encoding="utf-8")
    assert text == mistakes.page(read), "run `make notebooks`, or `ngram2bert mistakes --write`"
    for chapter in read.chapters:
        for name, exercise in chapter.exercises.items():
            assert text.count(f"\n| {name} |") == 1
            assert all(mistake.name.replace("|", "\\|") in text for mistake in exercise.mistakes)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows), "every bar in a cell is escaped"


def test_a_stale_table_is_status_1_and_written_on_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "course.toml").write_text(
        '[[chapter]]\nname = "00-start"\ntitle = "Start"\nexercises = "autograder.exercises.ch00_start"\n'
    )
    monkeypatch.chdir(tmp_path)
    courses.forget()
    assert cli.main(["mistakes", "--check"]) == 1
    assert cli.main(["mistakes", "--write"]) == 0
    assert cli.main(["mistakes", "--check"]) == 0
    assert cli.main(["mistakes", "00"]) == 0
    assert capsys.readouterr().out.count("| exercise | mistake |") == 1
    assert cli.main(["mistakes", "00", "--write"]) == 2
    assert "holds all chapters" in only_line(capsys.readouterr().err)
    courses.forget()
