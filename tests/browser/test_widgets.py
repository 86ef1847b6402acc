"""The widgets of chapters 02 to 06 in a real browser: they call the learner's functions and follow the sliders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from autograder.exercises import ch02_hmm, ch04_vectors, ch05_rnn, ch06_lstm
from tests.browser.notebook_page import Notebook

pytestmark = pytest.mark.browser
TRELLIS = "trellis_explorer(fish"
NEIGHBOURS = "neighbour_explorer(snapshots"
NEIGHBOURHOOD = "neighbourhood_explorer(\n"
GRADIENT = "gradient_explorer(mine"
GATES = "gate_explorer(mine"


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


@pytest.mark.full
def test_the_neighbourhood_of_any_word_under_two_methods(
    notebook: Notebook, learners_copy: Callable[[str], str]
) -> None:
    notebook.open(learners_copy("04-word-vectors"))
    for tag in ("setup", "given"):
        notebook.run(tag)
    notebook.answer(ch04_vectors.analogy.name, ch04_vectors.analogy.source)
    notebook.run("from ngram2bert import neural")
    notebook.run("text = reviews(")
    notebook.run("trained[name] = train_vectors(", seconds=240)
    notebook.run(NEIGHBOURHOOD)
    cell, output = notebook.cell(NEIGHBOURHOOD), notebook.outputs(NEIGHBOURHOOD)
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(output).to_contain_text("Using your analogy")
    expect(words).to_contain_text("Nearest to 'king'. PPMI-SVD: stephen")
    expect(words).to_contain_text("man is to actor as woman is to actress (PPMI-SVD)")
    before = picture.get_attribute("src")
    cell.locator("button", has_text="skip-gram").click()
    expect(picture).not_to_have_attribute("src", before or "")
    word, question = (cell.locator(".jupyter-widgets input").nth(i) for i in (0, 1))
    word.fill("actresses")
    word.press("Enter")
    expect(words).to_contain_text("Nearest to 'actresses'. PPMI-SVD: actors")
    question.fill("he his she")
    question.press("Enter")
    expect(words).to_contain_text("he is to his as she is to her (PPMI-SVD), her (skip-gram)")
    notebook.screenshot("04-widget", cell)
    word.fill("wooman")
    word.press("Enter")
    expect(words).to_contain_text("'wooman' is not among the 15,096 words. Spelled alike: woman")


def test_the_gradient_through_time_is_the_learners(notebook: Notebook, learners_copy: Callable[[str], str]) -> None:
    notebook.open(learners_copy("05-rnn"))
    for tag in ("setup", "given"):
        notebook.run(tag)
    notebook.answer(ch05_rnn.jacobian_norms.name, ch05_rnn.jacobian_norms.source)
    notebook.run(GRADIENT)
    output = notebook.outputs(GRADIENT)
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(output).to_contain_text("Using your jacobian_norms")
    expect(words).to_contain_text("Gaussian weights of spectral radius 1.10, tanh units")
    before = picture.get_attribute("src")
    for choice in ("orthogonal", "linear"):
        notebook.cell(GRADIENT).locator("button", has_text=choice).click()
        expect(words).to_contain_text(choice)
    notebook.slide(GRADIENT, "spectral radius", -2)
    expect(words).to_contain_text(
        "of spectral radius 1.00, linear units: after 59 steps back the gradient has norm 1.0e+00"
    )
    assert picture.get_attribute("src") != before
    notebook.screenshot("05-widget", notebook.cell(GRADIENT))


@pytest.mark.full
def test_gates_are_read_off_the_learners_step(notebook: Notebook, learners_copy: Callable[[str], str]) -> None:
    notebook.open(learners_copy("06-lstm"))
    for tag in ("setup", "given"):
        notebook.run(tag)
    notebook.answer(ch06_lstm.lstm_step.name, ch06_lstm.lstm_step.source)
    for cell in (
        "from ngram2bert import neural",
        "words, text, validation, test = brown_text()",
        "recurrent.lstm_lm()",
        GATES,
    ):
        notebook.run(cell)
    output = notebook.outputs(GATES)
    picture, words = output.locator("img"), output.locator('[role="status"]')
    expect(output).to_contain_text("Using your lstm_step")
    expect(words).to_contain_text("over 22 words. Its forget gate is")
    before, said = picture.get_attribute("src"), words.inner_text()
    notebook.slide(GATES, "slow to fast", 1)
    expect(words).not_to_have_text(said)
    assert picture.get_attribute("src") != before
    typed = notebook.cell(GATES).locator('input[type="text"]')
    typed.fill("He saw the boys.")
    typed.press("Enter")
    expect(words).to_contain_text("over 5 words")
    notebook.screenshot("06-widget", notebook.cell(GATES))
