"""A learner's first hour: chapter 1, from a wrong answer to full marks and the widget."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from autograder.exercises import ch01_ngrams
from tests.browser.notebook_page import Notebook

pytestmark = pytest.mark.browser
EXERCISE = ch01_ngrams.count_ngrams
WRONG = next(mistake for mistake in EXERCISE.mistakes if mistake.name == "one <s> whatever the order")
WIDGET = "ngram_explorer(mine.count_ngrams"


def test_the_opening(notebook: Notebook, learners_copy) -> None:
    notebook.open(learners_copy("01-ngrams"))
    for tag in ("setup", "given"):
        notebook.run(tag)

    card = notebook.answer("count_ngrams", WRONG.source)
    expect(card).to_contain_text("partly right")
    expect(card.locator(".n2b-diagnosis")).to_contain_text(_words(WRONG.told))
    expect(card.locator("mark")).to_have_count(2)
    notebook.screenshot("01-wrong", notebook.cell("check-count_ngrams"))
    hint = notebook.press_hint("check-count_ngrams")
    expect(hint).to_contain_text(_words(EXERCISE.hints[0]))
    notebook.screenshot("01-hint", notebook.cell("check-count_ngrams"))

    card = notebook.answer("count_ngrams", EXERCISE.source)
    expect(card).to_contain_text(f"{EXERCISE.points} of {EXERCISE.points} points")
    expect(notebook.cell("check-count_ngrams").locator("button", has_text="Hint")).to_have_count(0)
    notebook.screenshot("01-right", notebook.cell("check-count_ngrams"))

    for cell in ("from ngram2bert.corpora import brown", "brown().split()", WIDGET):
        notebook.run(cell)
    output = notebook.outputs(WIDGET)
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(output).to_contain_text("Using your count_ngrams.")
    expect(words).to_contain_text("In 800,001 words of training text")
    before = picture.get_attribute("src")
    notebook.slide(WIDGET, "words in a run", 1)
    expect(words).to_contain_text("runs of 4 words")
    assert picture.get_attribute("src") != before
    notebook.slide(WIDGET, "training text", -1)
    expect(words).not_to_contain_text("800,001")
    notebook.screenshot("01-widget", notebook.cell(WIDGET))


def _words(markdown: str) -> str:
    """The beginning of a Markdown text as a page shows it."""
    return re.split(r"[`*]", markdown)[0].strip()
