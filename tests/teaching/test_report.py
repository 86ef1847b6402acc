"""The class report: counts that are right, names where they belong, a page that loads nothing and runs nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import Course
from autograder.marks import Grade, Mark
from autograder.teaching import histogram
from autograder.teaching.class_report import named, summarise
from tests.kinds import declarations

MISTAKE = declarations.cross_entropy.mistakes[0].name
RIGHT = Mark(4, 4, "right", "all cases pass")
SUM = Mark(2, 4, "partly right", MISTAKE, "You add.", (MISTAKE,))
BLANK = Mark(0, 4, "not yet written", "not yet written")
DIED = Mark(0, 4, "died", "died: <b>killed</b>")
FINE = Mark(2, 2, "right", "all cases pass")
WRONG = Mark(0, 2, "wrong", "values: got 1, expected 2")
GRADES = [
    Grade("ada", {"cross_entropy": RIGHT, "sample": FINE}),
    Grade("bob", {"cross_entropy": SUM, "sample": FINE}, remarks=("the notebook is called <i>x</i>.ipynb",)),
    Grade("cem", {"cross_entropy": SUM, "sample": BLANK}),
    Grade("dia", {"cross_entropy": DIED, "sample": WRONG}),
    Grade("eva", {"cross_entropy": BLANK, "sample": BLANK}, problem="eva.ipynb is no notebook"),
]


def test_the_counts() -> None:
    found = summarise(GRADES, ["sample", "cross_entropy", "train"])
    assert list(found.standings) == ["sample", "cross_entropy"]  # in the order of the chapter; none that nobody has
    entropy = found.standings["cross_entropy"]
    assert (entropy.right, entropy.partly, entropy.wrong, entropy.stopped) == (["ada"], ["bob", "cem"], [], ["dia"])
    assert entropy.mistakes == {MISTAKE: ["bob", "cem"]} and entropy.unnamed == {"dia": "died: <b>killed</b>"}
    assert entropy.begun == 4 and entropy.lost == pytest.approx(2.0)  # two halves and a whole
    assert found.standings["sample"].blank == ["cem"]
    assert sorted(found.points) == [0, 2, 4, 6] and found.unread == {"eva": "eva.ipynb is no notebook"}
    assert [standing.name for standing in found.again()] == ["cross_entropy", "sample"]


def test_two_at_once_are_two_and_one_of_two_is_one() -> None:
    assert named(Mark(0, 1, "wrong", "a and b", "", ("a", "b"))) == ["a", "b"]
    assert named(Mark(0, 1, "wrong", "a or b", "", ("a", "b"))) == ["a or b"]
    assert named(Mark(0, 1, "wrong", "a", "", ("a",))) == ["a"] and named(RIGHT) == []


def test_the_histogram_counts_everybody_once_and_says_so_in_words() -> None:
    for possible in (1, 7, 10, 22, 41, 45.5, 130):
        points = [0, possible / 3, possible / 2, possible, possible]
        found, width = histogram.counts(points, possible)
        assert sum(found) == 5 and len(found) <= 10 and found[-1] >= 2 and width == int(width)
    assert histogram.words([0, 5, 10], 10).startswith("Learners by points of 10. 0 to below 1: 1; 5 to below 6: 1")
    picture = histogram.svg([1, 2], 3)
    assert 'role="img"' in picture and "<title>" in picture and ">learners<" in picture and ">points of 3<" in picture
    assert histogram.counts([], 0)[0] == [0]


class Page(HTMLParser):
    """What a browser would load or run, and whether tags are closed."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "rect", "line"):
            self.open.append(tag)
        for name, value in attrs:
            if tag in ("script", "link", "iframe", "img", "object") or name in ("src", "href") or name.startswith("on"):
                self.outside.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag, self.getpos()


def test_the_command_makes_a_page_that_needs_nothing(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (kinds.root / "g.json").write_text(json.dumps({"assignment": "01-kinds", "grades": [g.as_data() for g in GRADES]}))
    assert cli.main(["report", "1", "--grades", "g.json", "-o", "class.html"]) == 0
    shown = capsys.readouterr().out
    assert f"Teach again: cross_entropy, 3 of 4 did not get it whole; 2 learners: {MISTAKE}" in shown
    html = (kinds.root / "class.html").read_text(encoding="utf-8")
    page = Page(html)
    assert not page.open and not page.outside and "url(" not in html and "default-src 'none'" in html
    assert f"2 × <strong>{MISTAKE}</strong>" in html and "You add the rows up; the loss is their mean." in html
    assert (
        "bob, cem" in html and "eva.ipynb is no notebook" in html and "4 graded submissions, 1 that could not" in html
    )
    assert "&lt;b&gt;killed" in html and "&lt;i&gt;x" in html and "<i>" not in html
    assert "1 right, 3 not or partly right, 0 not begun" in html


def test_the_page_is_grey(kinds: Course) -> None:
    """Every colour is nearly a grey, so that nothing is lost in print."""
    from autograder.teaching.page import sheet

    for colour in re.findall(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", sheet()):
        parts = [int(colour[i : i + 2], 16) for i in (0, 2, 4)] if len(colour) == 6 else [int(c, 16) for c in colour]
        assert max(parts) - min(parts) < 32, colour


def test_without_names_it_can_be_shown_to_the_class(kinds: Course) -> None:
    (kinds.root / "g.json").write_text(json.dumps({"assignment": "01-kinds", "grades": [g.as_data() for g in GRADES]}))
    assert cli.main(["report", "1", "--grades", "g.json", "-o", "class.html", "--anonymous"]) == 0
    html = (kinds.root / "class.html").read_text(encoding="utf-8")
    Page(html)
    assert not [name for name in ("ada", "bob", "cem", "dia", "eva") if re.search(rf"\b{name}\b", html)]
    assert f"2 × <strong>{MISTAKE}</strong>" in html


def test_a_class_of_nothing_but_broken_files(kinds: Course) -> None:
    (kinds.root / "g.json").write_text(json.dumps({"assignment": "01-kinds", "grades": [GRADES[-1].as_data()]}))
    assert cli.main(["report", "1", "--grades", "g.json", "-o", "class.html"]) == 0
    html = (kinds.root / "class.html").read_text(encoding="utf-8")
    assert "Nobody has a score." in html and "Whoever began an exercise has it right." in html


def test_what_cannot_be_costs_one_line(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (kinds.root / "other.json").write_text(json.dumps({"assignment": "00-start", "grades": []}))
    (kinds.root / "empty.json").write_text(json.dumps({"assignment": "01-kinds", "grades": []}))
    (kinds.root / "good.json").write_text(json.dumps({"assignment": "01-kinds", "grades": [GRADES[0].as_data()]}))
    for words, says in (
        (["9"], "no chapter '9'"),
        (["1"], "ngram2bert grade 01-kinds"),
        (["1", "--grades", "none.json"], "there is no file none.json"),
        (["1", "--grades", "course.toml"], "cannot be read (JSONDecodeError)"),
        (["1", "--grades", "other.json"], "holds the grades of 00-start"),
        (["1", "--grades", "empty.json"], "no submission of 01-kinds has been graded"),
        (["1", "--grades", "good.json", "-o", str(Path("nowhere") / "x.html")], "there is no folder nowhere"),
    ):
        assert cli.main(["report", *words]) == 2
        error = capsys.readouterr().err
        assert says in error and error.count("\n") == 1
