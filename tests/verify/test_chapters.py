"""The checks of every exercise of the course are proven: on a few seeds here, on all of them in `make full`."""

from __future__ import annotations

import pytest

from autograder import course
from autograder.exercise import Exercise
from autograder.verify import verify

COURSE = course.read()
EXERCISES = [(chapter.name, exercise) for chapter in COURSE.chapters for exercise in chapter.exercises.values()]
IDS = [f"{chapter}-{exercise.name}" for chapter, exercise in EXERCISES]


@pytest.mark.parametrize("exercise", [exercise for _, exercise in EXERCISES], ids=IDS)
def test_checks_hold_on_a_few_seeds(exercise: Exercise) -> None:
    assert verify(exercise, seeds=2).problems == []


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("exercise", [exercise for _, exercise in EXERCISES], ids=IDS)
def test_checks_are_proven(exercise: Exercise) -> None:
    assert verify(exercise).problems == []


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_a_chapter_is_rich(chapter: course.Chapter) -> None:
    exercises = chapter.exercises.values()
    mistakes = [mistake for exercise in exercises for mistake in exercise.mistakes]
    assert 6 <= len(exercises) <= 14
    assert len(mistakes) >= 60
    assert all(exercise.minutes <= 20 for exercise in exercises)
    told = [mistake.told for mistake in mistakes]
    assert all(20 <= len(text) <= 400 for text in told)


def test_ids_are_unique_in_the_course() -> None:
    names = [exercise.name for _, exercise in EXERCISES]
    assert len(names) == len(set(names))
