"""Exam mode: what the cards still say, and what a machine without the declarations says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder import cli, here, inline
from autograder import course as courses
from autograder.errors import UserError
from tests.own.test_own import RIGHT, WRONG, hand_in


@pytest.fixture
def exam(own_course: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, Any]]:
    """The example as an exam: its folder and the learner's namespace, whose cells may be run."""
    toml = own_course / "course.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "exam = true\n", encoding="utf-8")
    courses.forget()
    space: dict[str, Any] = {"__name__": "__main__"}
    monkeypatch.setenv("NGRAM2BERT_DATA", str(own_course / "data"))
    monkeypatch.setattr(here, "namespace", lambda: space)
    inline._record.cache_clear()
    return own_course, space


def test_the_card_says_what_is_right_and_no_more(
    exam: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, space = exam
    exec(WRONG, space)
    assert inline.check("rank_counts") == 0
    assert inline.check("rank_counts").case is None
    said = capsys.readouterr().out
    assert "rank_counts: not right yet, 0 of 3 points" in said and "[ ] equal counts 1" in said
    for never in ("xpected", "iagnosis", "hint", "turn the order", "('b'", "smallest failing"):
        assert never not in said, never
    with pytest.raises(UserError, match="50-zipf is an exam: there are no hints"):
        inline.hint("rank_counts")
    with pytest.raises(UserError, match="is an exam: there are no solutions"):
        inline.solution("rank_counts")
    assert inline.use("rank_counts").rank_counts is space["rank_counts"], "the reference never stands in"
    exec(RIGHT, space)
    assert inline.check("rank_counts") == 3


def test_an_unwritten_answer_still_says_what_to_do(
    exam: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    exec("def rank_counts(words):\n    raise NotImplementedError\n", exam[1])
    assert inline.check("rank_counts") == 0
    assert "Write `rank_counts` in place of" in capsys.readouterr().out


def test_without_the_declarations_an_exam_is_graded_later(
    exam: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, space = exam
    (folder / "zipf_exercises.py").unlink()
    assert inline.check("rank_counts") == 0
    assert "`rank_counts` is graded after you have handed it in." in capsys.readouterr().out
    with pytest.raises(UserError, match="nothing is called rank_counts yet"):
        inline.use("rank_counts")
    exec(RIGHT, space)
    assert inline.use("rank_counts").rank_counts(["a"]) == [("a", 1)]
    with pytest.raises(UserError, match="is an exam"):
        inline.solution("rank_counts")
    hand_in(folder, "ada", RIGHT)
    assert cli.main(["grade", "50", "--no-gradebook"]) == 2
    assert "is an exam, and its exercises are not here" in capsys.readouterr().err
