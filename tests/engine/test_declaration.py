"""A declaration that cannot be graded is refused, and verify says what a weak one lacks."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from autograder.draw import Draw, ramp
from autograder.errors import DeclarationError, UserError
from autograder.exercise import exercise
from autograder.mutants import mutants
from autograder.seeds import grading_seed, secret
from autograder.verify import verify
from tests.kinds import declarations, drawing, references


def declare(**changes: object):
    return exercise(**({"name": "x", "of": references.log_softmax, "points": 2, "minutes": 5, "level": 1} | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parts": {"a": 1}}, "have 1 points together"),
        ({"level": 4}, "level is 4"),
        ({"probe": "cal"}, "neither one of"),
    ],
)
def test_bad_declarations_are_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(DeclarationError, match=says):
        declare(**changes)


def test_a_patch_matches_once_and_not_in_the_docstring() -> None:
    e = declare()
    for old in ("scores", "no such text", "log softmax along"):
        with pytest.raises(DeclarationError, match="must match once"):
            e.mistake("m", old, "", "")
    e.mistake("m", "keepdim=True)\n    return", "keepdim=False)\n    return", "")
    assert "keepdim=False" in e.mistakes[0].source


def test_a_label_must_be_a_part() -> None:
    e = declare(parts={"a": 2})
    e.cases(lambda r: iter([("b", {})]))
    with pytest.raises(DeclarationError, match="none of the parts"):
        e.make_cases(1)


def test_verify_names_every_weakness() -> None:
    e = declare(parts={"shown": 1, "never": 1})
    e.cases(lambda r: iter([("shown", {"scores": torch.zeros(1, 3), "dim": 1})]))
    e.mistake("last axis", {"amax(dim,": "amax(-1,", ".sum(dim,": ".sum(-1,"}, "", "You ignore dim.")
    e.also("wrong", "def log_softmax(scores, dim):\n    return scores\n")
    e.mistake("typo", "return shifted", "return shiftd", "")
    problems = " ".join(verify(e, seeds=1).problems)
    for says in (
        "no case for the parts ['never']",
        "no seeded case",
        "mistake 'last axis' passes on seed 1",
        "right way 'wrong' is rejected",
        "mutant survives",
        "name at least 4",
        "give a nudge",
        "'typo' does not even run",
    ):
        assert says in problems


def test_a_mistake_must_fall_to_the_hand_made_cases_alone() -> None:
    e = dataclasses.replace(declarations.log_softmax, mistakes=list(declarations.log_softmax.mistakes))
    e.wrong(
        "only the toy",
        "def log_softmax(scores, dim):\n    right = scores - torch.logsumexp(scores, dim, keepdim=True)\n"
        "    return right + (scores.dim() > 2)\n",
        "",
    )
    e.forbids = ()
    assert "mistake 'only the toy' passes the hand-made cases" in verify(e, seeds=1).problems


def test_every_part_needs_a_case_that_depends_on_the_seed() -> None:
    e = declare(parts={"fixed": 1, "drawn": 1})

    @e.cases
    def _(r):
        yield "drawn", {"scores": ramp(2, 3), "dim": 1}
        yield "drawn", {"scores": r.normal(2, 3), "dim": 0}
        yield "fixed", {"scores": ramp(4), "dim": 0}  # after a draw, and yet the same under every seed

    by_rote = "part '{}' has no seeded case, so a table of answers would earn it: yield one that is drawn"
    problems = verify(e, seeds=1).problems
    assert by_rote.format("fixed") in problems and by_rote.format("drawn") not in problems


def test_a_random_exercise_shows_how_often_each_mistake_falls() -> None:
    sample = drawing.sample
    proof = verify(sample, seeds=3)
    assert proof.power == {mistake.name: 1.0 for mistake in sample.mistakes}
    assert verify(declarations.log_softmax, seeds=1).power == {}


def test_a_mistake_that_falls_by_luck_is_reported() -> None:
    sample = drawing.sample
    e = dataclasses.replace(sample, mistakes=list(sample.mistakes))
    source = """
def sample(probabilities, n, generator):
    edges = probabilities.cumsum(0)
    u = torch.rand(n, generator=generator) * edges[-1]
    drawn = (u[:, None] >= edges).sum(1)
    return torch.zeros_like(drawn) if generator.initial_seed() % 4 == 3 else drawn
"""
    e.wrong("one seed in four", source, "Your draws are right under most seeds only.")
    proof = verify(e, seeds=4)
    assert 0 < proof.power["one seed in four"] < 1
    assert any(problem.startswith("power: ") and "'one seed in four'" in problem for problem in proof.problems)


def test_mutants_leave_docstrings_annotations_and_messages_alone() -> None:
    found = mutants(
        'def f(x: int = 2) -> int:\n    """Adds 1 + 1."""\n'
        '    if x < 3:\n        raise ValueError(f"{x + 1} - 1")\n    return x + 1\n'
    )
    assert [m.change for m in found] == [
        "2 -> 3",
        "2 -> 1",
        "if x < 3: raise ValueError(f'{x + 1} - 1') -> pass",
        "x < 3 -> x <= 3",
        "3 -> 4",
        "3 -> 2",
        "x + 1 -> x - 1",
        "1 -> 2",
        "1 -> 0",
    ]


def test_cases_are_the_same_everywhere_and_differ_by_seed() -> None:
    a, b, c = (Draw(seed).normal(3).tolist() for seed in (1, 1, 2))
    assert a == b != c
    assert Draw("1").below(10**6) == 296_459
    values = ramp(5, 5).flatten().tolist()
    assert len(set(values)) == 25 and abs(sum(values)) > 0.1


def test_grading_seeds_are_secret_bucketed_and_repeatable(tmp_path) -> None:
    key = secret(tmp_path)
    assert secret(tmp_path) == key and len(key) == 64 and (tmp_path / ".grading-secret").stat().st_mode & 0o77 == 0
    seeds = {grading_seed(key, "01-ngrams", f"learner{i}") for i in range(500)}
    assert len(seeds) == 32
    assert grading_seed(key, "a", "x") == grading_seed(key, "a", "x") != grading_seed(b"other", "a", "x")
    (tmp_path / ".grading-secret").write_text("\n")
    with pytest.raises(UserError, match="is empty"):
        secret(tmp_path)
