"""What a long run leaves behind, and the command that makes it."""

import json
import math
import types

import pytest

from autograder import cli
from ngram2bert import claims
from ngram2bert.claims import record


@pytest.fixture
def toy(monkeypatch):
    """A chapter with one claim that takes no time."""
    claim = types.SimpleNamespace(
        NAME="42-toy", TITLE="A toy", measure=lambda: {"x": 1.5}, report=lambda data: f"x was {data['x']}."
    )
    monkeypatch.setattr(claims, "LONG", {"42": ("toy",)})
    monkeypatch.setattr(claims, "of_chapter", lambda chapter: [claim])
    return claim


def test_a_record_says_where_it_comes_from_and_names_nobody(toy, tmp_path):
    found = record.measured(toy)
    assert found["data"] == {"x": 1.5}
    assert found["machine"]["cores"] >= 1
    assert found["versions"]["torch"]
    data, page = record.write(toy, found, tmp_path / "a", tmp_path / "b")
    assert json.loads(data.read_text()) == found
    text = page.read_text()
    assert text.startswith("# A toy\n\nx was 1.5.")
    assert "`ngram2bert claims 42`" in text
    assert not any(mark in text + data.read_text() for mark in ("/root", "/home", "/tmp", "/work"))


def test_the_command_writes_both_files_and_can_write_the_page_again(toy, tmp_path, capsys, monkeypatch):
    assert cli.main(["claims", "42", "--into", str(tmp_path)]) == 0
    assert "x was 1.5." in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["42-toy.json", "42-toy.md"]
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    toy.report = lambda data: "anew"
    assert cli.main(["claims", "42-toys", "--page", "--into", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["data"] == {"x": 1.5}
    assert "anew" in (tmp_path / "42-toy.md").read_text()


def test_the_command_says_what_there_is(toy, capsys, monkeypatch, tmp_path):
    assert cli.main(["claims", "07"]) == 2
    assert "chapter 07 has no claims; 42 have" in capsys.readouterr().err
    assert cli.main(["claims", "42", "--only", "zebra"]) == 2
    assert "'zebra'" in capsys.readouterr().err
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    assert cli.main(["claims", "42", "--page"]) == 2
    assert "`ngram2bert claims 42` makes it" in capsys.readouterr().err


@pytest.mark.parametrize("chapter", claims.LONG)
def test_what_is_committed_can_be_read_and_its_pages_are_up_to_date(chapter):
    for claim in claims.of_chapter(chapter):
        found = record.committed(claim.NAME)
        page = record.RESULTS.parents[3] / "docs" / "results" / f"{claim.NAME}.md"
        assert page.read_text(encoding="utf-8") == record.markdown(claim, found)
        shipped = claim.NAME.endswith("-twenty")  # a survey of the models that ship, one of each
        assert len(found["data"]["seeds"]) >= (1 if shipped else 3)


def test_the_committed_race_is_a_race():
    from ngram2bert.claims import characters

    race = characters.committed()
    assert len(race.trained) >= 3
    assert race.budget > 60
    assert race.order(6).seconds < 1
    assert all(math.isfinite(point.bits) for curve in race.trained.values() for point in curve)
    assert "Kneser–Ney n = 6" in race.sentence()


def test_the_committed_ladders_show_what_the_vocabulary_does():
    from ngram2bert.claims import long_chen_goodman

    text = long_chen_goodman.conditions()
    assert text.count("±") == 3 * 6
    cells = record.committed("01-chen-goodman")["data"]["conditions"]
    figures = {
        condition: {cell["method"]: cell["perplexity"] for cell in found["cells"] if cell["order"] == 3}
        for condition, found in cells.items()
    }  # of the largest size, which comes last
    for found in figures.values():
        assert min(found, key=found.get) == "modified_kneser_ney"
        assert max(found, key=found.get) == "add_k"
        assert f"{found['katz']:.1f}" in text
    assert figures["as in the chapter"]["absolute"] < figures["as in the chapter"]["katz"]
    assert figures["every word known"]["absolute"] > figures["every word known"]["katz"]
    assert figures["as in the chapter"]["modified_kneser_ney"] == pytest.approx(147.7, abs=0.05)
