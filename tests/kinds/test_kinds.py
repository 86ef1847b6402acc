"""Every kind of exercise through proof, grading out of process, diagnosis, substitution and an unlisted mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from autograder import notebook
from autograder.course import Chapter
from autograder.grade import mark, reports
from autograder.judge import Report
from autograder.pool import Zygote
from autograder.verify import verify
from tests.kinds.notebooks import make

CHAPTER = Chapter("kinds", "Six kinds", "tests.kinds.declarations")
EXERCISES = CHAPTER.exercises
STUB = {"log_softmax": "def log_softmax(scores, dim):\n    raise NotImplementedError\n"}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    torch.set_num_threads(1)
    with Zygote() as running:
        yield running


def graded(zygote: Zygote, answers: dict[str, str], *only: str, seed: int = 11) -> dict[str, Report]:
    targets = {name: exercise.target for name, exercise in EXERCISES.items()}
    chapter = replace(CHAPTER, only=only)
    return reports(notebook.submission(make(EXERCISES, answers), EXERCISES, None, targets), chapter, zygote, seed)[0]


@pytest.mark.parametrize("name", EXERCISES)
def test_checks_are_proven(name: str) -> None:
    proof = verify(EXERCISES[name], seeds=4)
    assert proof.problems == []
    assert proof.caught == proof.mistakes >= 4
    assert proof.killed + proof.excused == proof.mutants > 0


def test_solutions_score_full_marks_out_of_process(zygote: Zygote) -> None:
    found = graded(zygote, {})
    assert {name: report.points for name, report in found.items()} == {name: e.points for name, e in EXERCISES.items()}
    assert {report.status for report in found.values()} == {"right"}


@pytest.mark.parametrize("name", EXERCISES)
def test_right_ways_score_full_marks(zygote: Zygote, name: str) -> None:
    for way in EXERCISES[name].right_ways:
        assert graded(zygote, {name: way.source}, name)[name].passed, way.name


@pytest.mark.parametrize("name", EXERCISES)
def test_each_mistake_is_named_out_of_process(zygote: Zygote, name: str) -> None:
    for mistake in EXERCISES[name].mistakes:
        report = graded(zygote, {name: mistake.source}, name)[name]
        assert not report.passed and report.points < EXERCISES[name].points
        assert mistake in report.diagnosis, f"{mistake.name}: {report.reason}"


def test_two_mistakes_at_once_are_both_named(zygote: Zygote) -> None:
    source = (
        EXERCISES["cross_entropy"]
        .source.replace("return -logp", "return logp")
        .replace("log_softmax(scores, -1)", "log_softmax(scores, 0)")
    )
    report = graded(zygote, {"cross_entropy": source}, "cross_entropy")["cross_entropy"]
    assert report.combined and {mistake.name for mistake in report.diagnosis} == {"sign lost", "softmax over the batch"}


UNLISTED = {
    # logsumexp is forbidden there
    "log_softmax": "def log_softmax(scores, dim):\n    return scores - scores.logsumexp(dim, keepdim=True)\n",
    "cross_entropy": "def cross_entropy(scores, targets):\n    return -log_softmax(scores, -1)[:, targets].mean()\n",
    "Highway": EXERCISES["Highway"].source.replace("torch.relu(", "torch.tanh("),
    "sample": """
def sample(probabilities, n, generator):
    return torch.multinomial(probabilities.sqrt(), n, replacement=True, generator=generator)
""",
    "train": EXERCISES["train"].source.replace("total / len(batches)", "total"),
    "judge_log_softmax": """
def judge_log_softmax(candidate):
    x = torch.randn(4, 3).double()
    return torch.allclose(candidate(x, 1), x.log_softmax(1))
""",
}


@pytest.mark.parametrize("name", UNLISTED)
def test_a_mistake_that_nobody_listed_is_rejected_without_a_wrong_diagnosis(zygote: Zygote, name: str) -> None:
    report = graded(zygote, {name: UNLISTED[name]}, name)[name]
    assert not report.passed and report.first_failure is not None
    assert report.diagnosis == [] and report.first_failure.difference is not None


def test_an_error_is_charged_once(zygote: Zygote) -> None:
    for broken in (STUB, {"log_softmax": EXERCISES["log_softmax"].mistakes[3].source}, {"log_softmax": ""}):
        found = graded(zygote, broken, "log_softmax", "cross_entropy")
        assert found["log_softmax"].points < 3
        assert found["cross_entropy"].passed and found["cross_entropy"].substituted == ("log_softmax",)


def test_substitution_does_not_excuse_the_exercise_itself(zygote: Zygote) -> None:
    found = graded(
        zygote, STUB | {"cross_entropy": EXERCISES["cross_entropy"].mistakes[0].source}, "log_softmax", "cross_entropy"
    )
    assert found["cross_entropy"].points == 0
    assert [m.name for m in found["cross_entropy"].diagnosis] == ["sum for mean"]


def test_a_death_and_an_endless_loop_cost_their_own_exercise_only(zygote: Zygote) -> None:
    found = graded(
        zygote,
        {
            "Highway": "import os\nclass Highway:\n    def __init__(self, size, bias):\n        os._exit(3)\n",
            "sample": "def sample(probabilities, n, generator):\n    while True:\n        n += 1\n",
        },
    )
    assert {name: report.status for name, report in found.items() if not report.passed} == {
        "Highway": "died",
        "sample": "timeout",
    }


def test_a_blank_notebook_is_not_yet_written(zygote: Zygote) -> None:
    blank = {
        name: e.source.split('"""')[0] + "    raise NotImplementedError\n"
        for name, e in EXERCISES.items()
        if name != "Highway"
    }
    blank["Highway"] = (
        "class Highway(nn.Module):\n    def __init__(self, size, bias):\n"
        "        super().__init__()\n        raise NotImplementedError\n"
    )
    marks = {name: mark(report, 1.0) for name, report in graded(zygote, blank).items()}
    assert {m.points for m in marks.values()} == {0.0}
    assert {m.reason for m in marks.values()} == {"not yet written"}


SPY = """
def cross_entropy(scores, targets):
    import sys
    f, seen = sys._getframe(), []
    while f:
        seen += [str(k) + str(v) for k, v in f.f_locals.items() if isinstance(v, (str, dict))]
        f = f.f_back
    raise ValueError(' '.join(seen)[-480:])
"""


def test_labels_and_expected_values_stay_with_the_checker(zygote: Zygote) -> None:
    """The child sees arguments only: a submission that returns all it is given shows what travels."""
    source = "import sys\ndef judge_log_softmax(candidate):\n    return str(sorted(globals()))\n"
    report = graded(zygote, {"judge_log_softmax": source}, "judge_log_softmax")["judge_log_softmax"]
    assert report.points == 1  # it accepts everything, right ways among it
    got = graded(zygote, {"cross_entropy": SPY}, "cross_entropy")["cross_entropy"].results[0].got
    assert got.error == "ValueError" and "value" not in got.message.split() and "expected" not in got.message
