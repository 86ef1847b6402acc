"""The page object and the card on a toy notebook: quick, and independent of every chapter."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import Notebook
from tests.browser.toy import RIGHT

pytestmark = pytest.mark.browser
ONCE = RIGHT.replace("counts.get(word, 0) + 1", "1")


def test_from_stub_to_full_marks(notebook: Notebook, toy_copy: str) -> None:
    notebook.open(toy_copy)
    notebook.run_through("given-1")
    notebook.run("count_words")
    notebook.run("check-count_words")
    expect(notebook.card("check-count_words")).to_contain_text("not yet written")
    notebook.screenshot("toy-stub", notebook.cell("check-count_words"))

    card = notebook.answer("count_words", ONCE)
    expect(card).to_contain_text("You note that a word occurs, not how often.")
    expect(card).to_contain_text("""count_words(words=['b', 'a', 'b'], start='<s>')""")
    expect(card.locator("mark").first).to_have_text("2")
    expect(card.locator(".n2b-without-button")).to_be_hidden()
    notebook.screenshot("toy-wrong", notebook.cell("check-count_words"))
    shown = notebook.press_hint("check-count_words")
    expect(shown).to_contain_text("one by one")
    notebook.screenshot("toy-hint", notebook.cell("check-count_words"))

    card = notebook.answer("count_words", RIGHT)
    expect(card).to_contain_text("4 of 4 points")
    expect(notebook.cell("check-count_words").locator("button:has-text('Hint')")).to_have_count(0)
    notebook.screenshot("toy-right", notebook.cell("check-count_words"))


def test_slider(notebook: Notebook, toy_copy: str) -> None:
    notebook.open(toy_copy)
    notebook.run("slider")
    notebook.slide("slider", "order", 2)
    expect(notebook.outputs("slider")).to_contain_text("n is 4")
