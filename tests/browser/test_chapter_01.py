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
TRAIN = """from ngram2bert.widgets import ngram_explorer
ngram_explorer(use("count_ngrams").count_ngrams, [[3, 4, 5], [4, 3], [3, 4, 6, 3]] * 40 + [[7, 8]], [[3, 4], [9, 3]], orders=4)"""


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

    # the widget on a small text: Brown belongs to `make full`
    notebook.type_into("check-count_ngrams", TRAIN)
    notebook.run("check-count_ngrams")
    output = notebook.outputs("check-count_ngrams")
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(words).to_contain_text("runs of 3 words")
    before, said = picture.get_attribute("src"), words.inner_text()
    notebook.slide("check-count_ngrams", "words in a run", 1)
    expect(words).to_contain_text("runs of 4 words")
    assert picture.get_attribute("src") != before
    notebook.slide("check-count_ngrams", "training text", -2)
    expect(words).not_to_contain_text(re.search(r"In ([\d,]+) words", said)[1] + " words of training")
    notebook.screenshot("01-widget", notebook.cell("check-count_ngrams"))


def _words(markdown: str) -> str:
    """The beginning of a Markdown text as a page shows it."""
    return re.split(r"[`*]", markdown)[0].strip()
