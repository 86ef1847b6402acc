"""What the teacher's guide shows is what there is: its settings, its commands, the files it links to."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from pathlib import Path

import pytest

from autograder import cli
from autograder import course as courses
from tests.house.conftest import ROOT

GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(kind: str) -> list[str]:
    """The guide's listings of a kind."""
    return [text for found, text in re.findall(r"^```([a-z]*)\n(.*?)^```", GUIDE, re.M | re.S) if found == kind]


def test_its_settings_are_read(tmp_path: Path) -> None:
    chapter, dates, exam = blocks("toml")
    (tmp_path / "course.toml").write_text(chapter + dates + exam, encoding="utf-8")
    read = courses.read(tmp_path)
    assert [(c.name, c.exam) for c in read.chapters] == [("01-ngrams", False), ("90-exam", True)]
    assert read.chapters[0].possible("perplexity") == 6 and len(read.chapters[0].exercises) == 4
    assert read.chapters[1].sealed
    assert (read.late.policy, read.late.percent) == ("per day", 10)
    assert read.extensions[0].learner == "ada" and read.chapters[0].due is not None
    assert tomllib.loads(chapter)["chapter"][0]["uses"] == ["ngram2bert.tables"]


def test_its_commands_parse() -> None:
    words = [line.split() for block in blocks("") for line in block.splitlines() if line.startswith("ngram2bert ")]
    words += [text.split() for text in re.findall(r"`(ngram2bert [a-z]+ [^`]*)`", GUIDE)]
    assert len(words) >= 8
    for _, name, *rest in words:
        parser = argparse.ArgumentParser()
        importlib.import_module(f"autograder.commands.{name}").add_arguments(parser)
        parser.parse_args(rest)


def test_the_lines_it_shows_of_verify_are_verifys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    whole = (ROOT / "docs" / "example-chapter" / "zipf_exercises.py").read_text(encoding="utf-8")
    draft = re.sub(r"    hints=\[.*?\],\n", "", whole[: whole.index("    # drawn, new")], flags=re.S)
    draft = re.sub(r"    parts=.*\n", "", draft).replace('["c", "b", "a", "a"]', '["c", "b"]')
    draft = draft.replace('    yield "different counts", {"words": ["b", "a", "b", "c", "a", "b"]}\n', "")
    narrow = whole.replace('["c", "b", "a", "a"]', '["b", "c", "a", "a"]')
    for name, text in (("guide_first.py", draft), ("guide_second.py", narrow)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert cli.main(["verify", "--exercises", str(tmp_path / name), "--seeds", "2"]) == 1
    said = capsys.readouterr().out
    shown = re.findall(r"^ +(rank_counts: .*)$", GUIDE, re.M)
    assert len(shown) == 6
    for line in shown:
        assert line.removesuffix("…") in said, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
