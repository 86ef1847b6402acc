"""A card for every kind of exercise, every declared mistake and every right way."""

from __future__ import annotations

import contextlib

import pytest

from autograder import card, card_html, card_text
from autograder.diagnose import diagnose
from autograder.exercise import Exercise
from autograder.judge import judge
from autograder.kernel import KernelSession
from tests.kinds import declarations

EXERCISES = [value for value in vars(declarations).values() if isinstance(value, Exercise)]
MISTAKES = [pytest.param(e, m, id=f"{e.name}: {m.name}") for e in EXERCISES for m in e.mistakes]
WAYS = [pytest.param(e, w, id=f"{e.name}: {w.name}") for e in EXERCISES for w in e.right_ways]
SAYS = {
    "log_softmax": "log_softmax(",
    "Highway": "m = Highway(",
    "sample": "generator=torch.Generator().manual_seed(",
    "train": "model = nn.Sequential(",
    "judge_log_softmax": "One of the implementations shown to your test is",
}


def written(exercise, source):
    session = KernelSession(exercise.space(source))
    report = diagnose(judge(exercise, session.run))
    made = card.build(report, float(exercise.points), printed=session.printed.get(exercise.name))
    return report, card_text.lay_out(made), card_html.lay_out(made)


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_mistake_has_a_card_that_says_where(exercise, mistake):
    report, text, html = written(exercise, mistake.source)
    assert not report.passed
    assert "The smallest failing case" in text
    assert SAYS.get(exercise.name, f"{exercise.target}(") in text
    assert mistake.told.replace("`", "").replace("*", "").split()[0] in html.replace("`", "")
    assert "None instead of" not in text
    if (
        report.results
        and report.first_failure.got.kind == "value"
        and exercise.probe in ("call", "module", "trajectory")
    ):
        assert ">>" in text or "shape" in text or "dtype" in text


@pytest.mark.parametrize(("exercise", "way"), WAYS)
def test_a_right_way_has_a_green_card(exercise, way):
    _, text, html = written(exercise, way.source)
    assert f"right, {exercise.points} of {exercise.points} points" in text
    assert "n2b-right" in html


def test_an_implementation_to_be_judged_is_not_shown():
    exercise = declarations.judge_log_softmax
    for mistake in exercise.mistakes:
        _, text, html = written(exercise, mistake.source)
        assert "def log_softmax" not in text + html
        with contextlib.suppress(ValueError):
            assert text.index("and your test") > 0
