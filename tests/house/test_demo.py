"""The example class: made anew each time, graded by the real commands, and nothing of the teacher's touched."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from autograder import cli, demo, sandbox
from autograder import course as courses
from autograder.commands import demo as demo_command
from autograder.demo_class import SHARES
from autograder.errors import UserError
from tests.house.conftest import ROOT, only_line

HOSTILE = sandbox.strength() == "sandboxed"


def mine() -> set[str]:
    """What of a teacher's own stands in the course folder, with times and sizes."""
    kept = ("submitted", "autograded", "feedback", "gradebook.db")
    paths = [ROOT / name for name in kept] + [path for name in kept for path in (ROOT / name).rglob("*")]
    return {f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in paths if path.exists()}


def test_the_demo_grades_a_class_and_says_where_things_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    before, folder = mine(), tmp_path / "class"
    assert cli.main(["demo", "00", "--folder", str(folder), "--learners", "8", "--jobs", "1"]) == 0
    assert Path.cwd() == ROOT and mine() == before
    said = capsys.readouterr().out
    assert said.startswith("An example class of 8, made for this: ")
    assert "$ ngram2bert grade 00-start --jobs 1" in said and "8 submissions in " in said
    for name in ("report-00-start.html", "similar-00-start.html", "gradebook.db"):
        assert (folder / name).is_file() and f"{folder.as_posix()}/{name}" in said
    pages = sorted(folder.glob("feedback/*/00-start/00-start.html"))
    assert len(pages) == 8 and any(page.as_posix() in said for page in pages)
    graded = {line.split()[0]: line for line in said.splitlines() if line.startswith(("ada ", "mallory "))}
    assert "ada" in graded
    if HOSTILE:
        assert "not right" not in graded["mallory"] and "PermissionError" in graded["mallory"]
        assert "mallory, in " in said
        assert "<script>alert" not in pages[-1].read_text(encoding="utf-8")


def test_without_a_sandbox_nobody_attacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sandbox, "strength", lambda: "not sandboxed")
    monkeypatch.setattr(cli, "dispatch", lambda words: asked.append(words) or 0)
    demo_command.run(argparse.Namespace(chapter="00", folder=tmp_path / "class", learners=8, jobs=1))
    assert asked[0] == ["grade", "00-start", "--jobs", "1", "--unsandboxed"]
    assert [words[0] for words in asked] == ["grade", "feedback", "report", "similar"]
    said = capsys.readouterr().out
    assert "nobody attacks here" in said and "hostile" not in said
    assert not (tmp_path / "class" / "submitted" / "mallory").exists()
    monkeypatch.setattr(cli, "dispatch", lambda words: 1)
    with pytest.raises(UserError, match="the demo stops: `ngram2bert grade` ended with an error"):
        demo_command.run(argparse.Namespace(chapter="00", folder=tmp_path / "class", learners=8, jobs=1))
    assert Path.cwd() == ROOT


def test_a_class_has_all_kinds_and_is_made_anew(tmp_path: Path) -> None:
    read = courses.read(ROOT)
    folder = tmp_path / "class"
    made = demo.lay_out(read, read.chapter("00"), folder, 17)
    assert set(made.kinds) == set(SHARES) and sum(made.kinds.values()) == 12
    assert {enemy.attack.id for enemy in made.enemies} == set(demo.HOSTILE.values())
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "left-over").write_text("")
    demo.lay_out(read, read.chapter("00"), folder, 17)
    again = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert again == first


def test_a_folder_that_is_somebodys_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    assert cli.main(["demo", "00", "--folder", str(tmp_path)]) == 2
    assert "was not made by the demo" in only_line(capsys.readouterr().err)
    assert (tmp_path / "letters.txt").read_text() == "mine"
    read = courses.read(ROOT)
    with pytest.raises(UserError, match="a class of 5000: it can have 6 to "):
        demo.lay_out(read, read.chapter("00"), tmp_path / "class", 5000)
