"""The page object and the card on a toy notebook: quick, and independent of every chapter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.notebook_page import Notebook
from tests.browser.toy import RIGHT

pytestmark = pytest.mark.browser
ONCE = RIGHT.replace("counts.get(word, 0) + 1", "1")


def test_two_afternoons(notebook: Notebook, toy_copy: str) -> None:
    notebook.open(toy_copy)
    notebook.run_through("check-count_words")
    expect(notebook.card("check-count_words")).to_contain_text("not yet written")
    notebook.screenshot("toy-stub", notebook.cell("check-count_words"))

    card = notebook.answer("count_words", ONCE)
    expect(card).to_contain_text("You note that a word occurs, not how often.")
    expect(card).to_contain_text("""count_words(words=['b', 'a', 'b'], start='<s>')""")
    expect(card.locator("mark").first).to_have_text("2")
    expect(card.locator(".n2b-without-button")).to_be_hidden()
    assert contrast(card) > 7
    notebook.screenshot("toy-wrong", notebook.cell("check-count_words"))
    assert "one by one" in notebook.press_hint("check-count_words").inner_text()
    notebook.screenshot("toy-hint", notebook.cell("check-count_words"))

    # the next day: another kernel, a dark theme; the card is there and says how to do without the button
    notebook.save()
    notebook.lab.theme("dark")
    notebook.reopen()
    output, card = notebook.outputs("check-count_words"), notebook.card("check-count_words")
    expect(card).to_contain_text("partly right")
    expect(output).not_to_contain_text(re.compile("Loading|not found"), use_inner_text=True)
    expect(card.locator(".n2b-without-button")).to_be_visible()
    assert contrast(card) > 7
    notebook.screenshot("toy-next-day", notebook.cell("check-count_words"))

    notebook.run_through("given-1")
    card = notebook.answer("count_words", RIGHT)
    expect(card).to_contain_text("4 of 4 points")
    expect(card).to_contain_text("1 hint you have read")
    expect(notebook.cell("check-count_words").locator("button", has_text="Hint")).to_have_count(0)
    notebook.screenshot("toy-right", notebook.cell("check-count_words"))

    notebook.run("slider")
    notebook.slide("slider", "order", 2)
    expect(notebook.outputs("slider")).to_contain_text("n is 4")


def contrast(card: Locator) -> float:
    """Of the card's text against its background, as WCAG counts it."""
    ink, paper = card.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    light, dark = sorted((luminance(ink, paper), luminance(paper, paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str, behind: str) -> float:
    """Relative luminance of a CSS colour, perhaps translucent, before another."""
    r, g, b, *rest = (float(x) for x in re.findall(r"[\d.]+", colour))
    alpha = rest[0] if rest else 1.0
    base = [float(x) for x in re.findall(r"[\d.]+", behind)][:3]
    mixed = [(alpha * c + (1 - alpha) * under) / 255 for c, under in zip((r, g, b), base, strict=True)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mixed]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
