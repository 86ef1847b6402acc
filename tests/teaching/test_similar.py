"""Copies are found whatever was renamed or moved; honest answers, stubs and habits are left alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from autograder import cli, course
from autograder.course import Course
from autograder.exercise import Exercise
from autograder.teaching import similar_page
from autograder.teaching.forms import form
from autograder.teaching.likeness import LONGEST, SHORTEST, Found, compare, threshold
from tests.kinds.notebooks import make

CHAPTER = course.read().chapter("01-ngrams")
STUB = '''def mixed(rows, weights):
    """Mix rows by weights."""
    raise NotImplementedError("write your code here")
'''
MINE = '''def helper(values, total):
    return [value / total for value in values]

def mixed(rows, weights):
    """Mix rows by weights."""
    total = sum(weights)
    shares = helper(weights, total)
    out = []
    for row in rows:  # <b>each</b> row
        out.append(sum(share * max(entry, 0) for share, entry in zip(shares, row)))
    biggest = max(out)
    return [entry / biggest for entry in out]
'''
RENAMED = '''def mixed(table, w):
    """What I thought of myself."""
    s = sum(w)
    p = scaled(w, s)
    result = []
    for line in table:
        result.append(sum(a * max(b, 0) for a, b in zip(p, line)))
    top = max(result)
    return [x / top for x in result]

def scaled(a, b):
    # another comment
    return [x / b for x in a]
'''
HONEST = """def mixed(rows, weights):
    table = torch.tensor(rows).clamp(min=0)
    scores = table @ (torch.tensor(weights) / torch.tensor(weights).sum())
    return (scores / scores.max()).tolist()
"""
SOLUTION = '''def mixed(rows, weights):
    """The published one."""
    normaliser = float(sum(weights))
    clipped = [[entry if entry > 0 else 0.0 for entry in row] for row in rows]
    sums = [sum(w * x for w, x in zip(weights, row)) / normaliser for row in clipped]
    top = max(sums)
    return [value / top for value in sums]
'''


def exercise(solution: str = SOLUTION) -> Exercise:
    """An exercise with that solution."""

    def mixed() -> None:
        """Stands for the library's function."""

    made = Exercise("mixed", mixed, 1, 5, 1)
    made.__dict__["source"] = solution
    return made


def found(**answers: str) -> Found:
    """What a class of these answers to one exercise shows."""
    return compare({who: {"mixed": source} for who, source in answers.items()}, {"mixed": exercise()}, {"mixed": STUB})


def test_renamed_and_reordered_is_a_pair_and_honest_ones_are_none() -> None:
    seen = found(ada=MINE, bob=RENAMED, cem=HONEST, dia=STUB, eva=STUB)
    assert [(pair.one, pair.two) for pair in seen.pairs] == [("ada", "bob")]
    assert seen.pairs[0].alike[0].how == "the same in another order" and not seen.copies
    assert form(MINE).normal != form(RENAMED).normal  # the order alone would have missed it


def test_one_thing_changed_is_still_a_pair() -> None:
    seen = found(ada=MINE, bob=RENAMED.replace("max(b, 0)", "max(b, 1e-9)"), cem=HONEST)
    assert len(seen.pairs) == 1 and threshold(60) < seen.pairs[0].alike[0].likeness < 1


def test_a_copy_of_the_published_solution_is_told_apart_from_a_pair() -> None:
    renamed = SOLUTION.replace("normaliser", "z").replace("clipped", "c").replace("value", "v")
    seen = found(ada=SOLUTION, bob=renamed, cem=HONEST, dia=MINE)
    assert {who: [a.how for a in alike] for who, alike in seen.copies.items()} == {
        "ada": ["word for word"],
        "bob": ["the same but for names"],
    }
    assert not seen.pairs


def test_what_many_write_is_a_habit() -> None:
    seen = found(**{f"l{i}": MINE for i in range(5)}, cem=HONEST)
    assert not seen.pairs and seen.habits == {"mixed": [f"l{i}" for i in range(5)]}
    assert len(found(**{f"l{i}": MINE for i in range(3)}, cem=HONEST).pairs) == 3


def test_short_exercises_and_short_answers_are_not_compared() -> None:
    short = "def mixed(rows, weights):\n    return rows @ weights\n"
    seen = compare({"a": {"mixed": short}, "b": {"mixed": short}}, {"mixed": exercise(short)}, {"mixed": STUB})
    assert seen.too_short == ["mixed"] and not seen.pairs and not seen.copies
    assert threshold(SHORTEST) == pytest.approx(0.95) and threshold(24) == 1 and threshold(300) < 0.8


def test_the_stub_and_its_docstring_play_no_part() -> None:
    """Two answers that share nothing but what was given out have nothing marked."""
    one, two = form(STUB.replace("raise NotImplementedError", "return f(rows) # "), STUB), form(HONEST, STUB)
    assert not any(one.marked(two)) and not form(STUB, STUB).begun and form(HONEST, STUB).begun
    assert "mixed" not in form(HONEST, STUB).words


@pytest.mark.parametrize("source", ["", "def f(:\n  x = (", "x = '''", "\tif\n", "\x00", "(" * 500, "%magic\n!ls"])
def test_what_does_not_parse_is_compared_as_far_as_it_goes(source: str) -> None:
    assert isinstance(form(source).begun, bool)
    assert not found(ada=source, bob=MINE).pairs


def right_ways() -> list[tuple[str, list[str]]]:
    """The declared ways of every exercise of chapter 01 that is long enough."""
    return [
        (name, [e.source, *(way.source for way in e.right_ways)])
        for name, e in CHAPTER.exercises.items()
        if len(form(e.source).tokens) >= SHORTEST
    ]


def test_no_two_declared_right_ways_are_alike_and_each_is_a_published_solution() -> None:
    for name, ways in right_ways():
        bare = Exercise(name, CHAPTER.exercises[name].of, 1, 5, 1)
        bare.__dict__["source"] = "def unlike():\n" + "    a = b.c(d) ** 2\n" * 12
        people = {f"l{i}": {name: way} for i, way in enumerate(ways)}
        assert not compare(people, {name: bare}, {}).pairs, name
        assert len(compare(people, {name: CHAPTER.exercises[name]}, {}).copies) == len(ways), name


def test_the_page_is_safe_and_marks_both_sides() -> None:
    seen = found(**{"<i>ada": MINE, "bob": RENAMED.replace("another comment", "</pre><script>alert(1)</script>")})
    html = similar_page.lay_out("Mixing", seen, 2, ["cem: <b>"], 50)
    assert "<script" not in html and "<i>" not in html and "&lt;i&gt;ada" in html and "&lt;b&gt;each" in html
    assert "Content-Security-Policy" in html and "default-src 'none'" in html and "http" not in html.split("<main>")[1]
    one, two = (similar_page.listing(a, b) for a, b in ((form(MINE), form(RENAMED)), (form(RENAMED), form(MINE))))
    for text in (one, two):
        assert text.count("<mark>") == text.count("</mark>") >= 8
    assert "<mark>return [value / total for value in values]</mark>" in one
    assert "cem: &lt;b&gt;" in html and "Likeness is no proof" in html


def test_long_docstrings_are_folded_and_code_never_is() -> None:
    documented = MINE.replace('"""Mix rows by weights."""', '"""Mix.\n\n    a\n    b\n    c\n    """')
    shown = similar_page.listing(form(documented), form(HONEST))
    assert "[...]" in shown and "    b\n" not in shown
    code = [line for line in MINE.splitlines() if line.strip() and '"""' not in line]
    assert all(line.split("#")[0].strip() in shown.replace("<mark>", "").replace("</mark>", "") for line in code)
    assert "[...]" not in similar_page.listing(form(MINE), form(HONEST))


def hand_in(root: Path, learner: str, answers: dict[str, str]) -> None:
    """Put a notebook of chapter 01's exercises where a learner hands in."""
    place = root / "submitted" / learner / "01-ngrams"
    place.mkdir(parents=True)
    (place / "01-ngrams.ipynb").write_text(json.dumps(make(CHAPTER.exercises, answers)))


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    blank = dict.fromkeys(CHAPTER.exercises, "raise NotImplementedError")
    mine = MINE.replace("mixed", "kn_prob")
    hand_in(tmp_path, "ada", blank | {"kneser_ney": mine})
    hand_in(tmp_path, "bob", blank | {"kneser_ney": RENAMED.replace("mixed", "kn_prob")})
    hand_in(tmp_path, "cem", blank | {"count_ngrams": CHAPTER.exercises["count_ngrams"].source})
    (tmp_path / "submitted" / "dia").mkdir()
    words = ["similar", "1", "--submitted", str(tmp_path / "submitted"), "-o", str(tmp_path / "page.html")]
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "ada and bob" in shown and "1 pair of 3 submissions alike" in shown
    assert "cem: a published solution in count_ngrams" in shown
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Not read: dia: " in html and "<code>kneser_ney</code>: the same in another order" in html


def test_what_cannot_be_costs_one_line(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (kinds.root / "submitted" / "ada").mkdir(parents=True)
    for words, says in (
        (["9"], "no chapter '9'"),
        (["1", "--submitted", "nowhere"], "there is no folder nowhere"),
        (["1", "-o", "nowhere/page.html"], "there is no folder nowhere"),
        (["1", "--most", "0"], "--most is 0"),
    ):
        assert cli.main(["similar", *words]) == 2
        error = capsys.readouterr().err
        assert says in error and error.strip().count("\n") == 0


@pytest.mark.full
def test_three_hundred_are_quick() -> None:
    """Different answers throughout, so that nothing is spared by being equal; three times the aim of 20 s fails."""
    answers: dict[str, dict[str, str]] = {}
    for i in range(300):
        tail = "".join(f"\nextra_{j} = call_{(i * 7 + j) % 31}({j}, [{i}])" for j in range(i % 9))
        answers[f"l{i}"] = {name: ways[i % len(ways)] + tail for name, ways in right_ways()}
    started = time.perf_counter()
    compare(answers, CHAPTER.exercises, {})
    assert time.perf_counter() - started < 60


def test_answers_without_end_cost_no_hours() -> None:
    endless = "def mixed(rows, weights):\n" + "".join(f"    a{i} = rows[{i}] + {i}\n" for i in range(LONGEST // 8 + 1))
    seen = found(ada=endless, bob=endless, cem=HONEST)
    assert seen.too_long == ["ada: mixed", "bob: mixed"] and not seen.pairs
    assert "not compared: ada: mixed, bob: mixed" in similar_page.lay_out("Mixing", seen, 3, [], 50)
