"""The widgets of chapters 02 and 03 in a real browser: they call the learner's functions and follow the sliders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from autograder.exercises import ch02_hmm
from tests.browser.notebook_page import Notebook

pytestmark = pytest.mark.browser
TRELLIS = "trellis_explorer(fish"
NEIGHBOURS = "neighbour_explorer(snapshots"


def test_the_trellis_is_filled_by_the_learners_functions(
    notebook: Notebook, learners_copy: Callable[[str], str]
) -> None:
    notebook.open(learners_copy("02-hmm"))
    for tag in ("setup", "given"):
        notebook.run(tag)
    for exercise in (ch02_hmm.forward, ch02_hmm.viterbi):
        notebook.answer(exercise.name, exercise.source)
    for cell in ("from ngram2bert import hmm", "hand = [", TRELLIS):
        notebook.run(cell)
    output = notebook.outputs(TRELLIS)
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(output).to_contain_text("Using your forward")
    expect(words).to_contain_text("noun verb noun, with probability 0.0058")
    before = picture.get_attribute("src")
    notebook.slide(TRELLIS, "cells filled", -1)
    expect(words).to_contain_text("verb at word 3, 'fish'")
    assert picture.get_attribute("src") != before
    notebook.cell(TRELLIS).locator("button", has_text="sum: forward").click()
    expect(words).to_contain_text("the sum 0.0192")
    notebook.screenshot("02-widget", notebook.cell(TRELLIS))


@pytest.mark.full
def test_neighbours_are_found_while_the_network_trains(notebook: Notebook, learners_copy: Callable[[str], str]) -> None:
    notebook.open(learners_copy("03-neural-lm"))
    for tag in ("setup", "given"):
        notebook.run(tag)
    notebook.run("from ngram2bert import neural")
    notebook.run("words, text, validation, test = brown_text()")
    notebook.run("snapshots.append(", seconds=240)
    notebook.run(NEIGHBOURS)
    output = notebook.outputs(NEIGHBOURS)
    words = output.locator('[role="status"]')
    expect(words).to_contain_text("After 768,000 words")
    expect(words).to_contain_text("the nearest to 'three' are four")
    notebook.slide(NEIGHBOURS, "training", -7)
    expect(words).to_contain_text("After 0 words")
    notebook.screenshot("03-widget", notebook.cell(NEIGHBOURS))
