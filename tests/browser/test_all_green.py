"""Every solution of every chapter, typed into the learner's copy in a real browser, turns its card green."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from autograder import course
from tests.browser.notebook_page import Notebook

pytestmark = pytest.mark.browser
# half a minute each: the first with exercises on a corpus in every run, the others with the long tests
CHAPTERS = [
    pytest.param(chapter, id=chapter.name, marks=() if chapter.name == "01-ngrams" else pytest.mark.full)
    for chapter in course.read().chapters
]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_cards_are_green(notebook: Notebook, learners_copy: Callable[[str], str], chapter: course.Chapter) -> None:
    notebook.open(learners_copy(chapter.name))
    for tag in ("setup", "given"):
        notebook.run(tag)
    for name, exercise in chapter.exercises.items():
        card = notebook.answer(name, exercise.source)
        expect(card).to_contain_text(f"{exercise.points:g} of {exercise.points:g} points")
    last = notebook.cell(f"check-{name}")
    notebook.screenshot(f"{chapter.name}-green", last)
