"""The example class: the same for the same seed, wrong in ways that the declarations name, nobody forgotten."""

from __future__ import annotations

import json

from autograder.batch import submissions
from autograder.course import Course
from autograder.demo_class import SHARES, hand_in, pupil, pupils
from autograder.notebook import grade_id


def test_a_learner_is_the_same_in_every_class_of_a_seed(kinds: Course) -> None:
    chapter = kinds.chapters[0]
    assert pupils(kinds, chapter, 8)[7] == pupil(kinds, chapter, 7) == pupils(kinds, chapter, 20)[7]
    assert pupils(kinds, chapter, 8, seed=1) != pupils(kinds, chapter, 8)


def test_the_class_holds_every_kind_and_answers_are_what_they_are_called(kinds: Course) -> None:
    chapter = kinds.chapters[0]
    made = pupils(kinds, chapter, 150)
    assert {one.kind for one in made} == set(SHARES)
    for one in made:
        wrong = [name for name, what in one.answers.items() if what not in ("right", "not written")]
        if one.kind == "broken":
            assert not one.answers
            continue
        assert one.notebook is not None
        cells = {grade_id(cell): cell["source"] for cell in json.loads(one.notebook)["cells"]}
        assert len(wrong) >= 1 if "mistake" in one.kind or one.kind == "unlisted" else not wrong
        for name, what in one.answers.items():
            exercise = chapter.exercises[name]
            named = {mistake.name: mistake.source for mistake in exercise.mistakes}
            if what in named:
                assert cells[name] == named[what]
            assert (cells[name] == "raise NotImplementedError") is (what == "not written")


def test_it_is_handed_in_where_grading_looks(kinds: Course) -> None:
    chapter = kinds.chapters[0]
    made = pupils(kinds, chapter, 60)
    for one in made:
        hand_in(kinds.root / "submitted", chapter, one)
    handed = submissions(kinds.root / "submitted", chapter.name)
    assert [hand.learner for hand in handed] == [one.learner for one in made]
    assert [bool(hand.problem) for hand in handed] == [one.notebook is None for one in made]
