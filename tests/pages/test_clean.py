"""Nothing alive gets through: by another parser, by nbconvert's own templates, and whatever the size."""

from __future__ import annotations

import json
import re
import time

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.card_html import lay_out
from autograder.markdown import to_html
from autograder.pages import clean, harmless, render, words
from tests.pages import payloads
from tests.pages.inspection import inspect
from tests.pages.small_class import EVIL


@pytest.mark.parametrize("name", payloads.HTML)
def test_html_is_dead(name: str) -> None:
    for cleaned in (clean.html(payloads.HTML[name]), clean.card(payloads.HTML[name])):
        assert inspect(cleaned).found == []
        assert inspect(cleaned).sheets == 0
        assert "href{" not in cleaned.replace("\\" + words.GAP + "href{", "")
        assert not any(word in cleaned for word in ("\\rule", "\\rlap", "\\require", "\\style"))


def test_what_a_teacher_wants_to_see_stays() -> None:
    table = '<table border="1"><tr><th>n</th><td colspan="2">5 &lt; 6</td></tr></table>'
    assert clean.html(table) == table.replace("<tr>", "<tbody><tr>").replace("</tr>", "</tr></tbody>")
    assert "https://example.org/a" in clean.html('<a href="https://example.org/a">the paper</a>')
    assert f"data:image/png;base64,{payloads.PNG}" in clean.html(f'<img src="data:image/png;base64,{payloads.PNG}">')
    assert clean.html("<p>$\\frac{\\alpha}{\\sum_w c(w)}$</p>") == "<p>$\\frac{\\alpha}{\\sum_w c(w)}$</p>"


def test_only_a_check_may_look_like_a_card() -> None:
    forged = '<div class="n2b n2b-right container"><b class="n2b-points">4 of 4</b></div>'
    assert clean.html(forged) == "<div><b>4 of 4</b></div>"
    assert clean.card(forged) == '<div class="n2b n2b-right"><b class="n2b-points">4 of 4</b></div>'


@pytest.mark.parametrize("name", payloads.MARKDOWN)
def test_markdown_is_dead_however_it_is_rendered(name: str) -> None:
    from nbconvert.filters import markdown2html

    source = payloads.MARKDOWN[name]
    attachments = {f'x"onerror="{payloads.HIT}.png': {"image/png": payloads.PNG}}
    rendered = [render.markdown(source, attachments), render.typeset(source, attachments)]
    cleaned = clean.markdown(source)
    rendered += [markdown2html(cleaned), to_html(cleaned)]
    for page in rendered:
        assert inspect(page).found == [], page
        assert "$\\href" not in page.replace("<code>$", "")


def test_markdown_keeps_what_it_says() -> None:
    source = "Since *a < b* and `x[i]`, see [the paper](https://example.org): $p(w \\mid h) \\leq 1$."
    source += "\n\n![plot](attachment:p.png)"
    assert clean.markdown(source) == source
    page = render.markdown(source, {"p.png": {"image/png": payloads.PNG}})
    assert f'<img src="data:image/png;base64,{payloads.PNG}" alt="plot">' in page
    assert clean.markdown("```\n<b> ![x]\n```").replace(words.GAP, "") == "```\n<b> ![x]\n```"


def test_formulas_are_set() -> None:
    page = render.typeset("since $p(w \\mid h) = \\frac{c(hw)}{c(h)}$ and\n\n$$\\sum_w p(w) = 1$$")
    assert page.count('class="formula"') == 2 and "<mfrac>" in page and 'display="block"' in page
    assert "$" not in page


@pytest.mark.parametrize(
    "tex",
    [
        *("\\href{javascript:x}{y}", "\\rule{900em}{900em}", "\\style{position:fixed}{x}", "\\require{html}x"),
        *("{" * 300, "\\frac" * 150, "x^" * 200, "\\text{<img src=x onerror=1>}", "\\text{&lt;script&gt;}", "_"),
        *("\\color{red}{x}", "\\hspace{900em}", "\\unicode{60}script", "a" * 5_000, "<script>x</script>"),
    ],
)
def test_a_formula_is_dead(tex: str) -> None:
    for page in (render.typeset(f"${tex}$"), render.typeset(f"$$\n{tex}\n$$")):
        assert inspect(page).found == []
        as_text = re.sub("<code>[^<]*</code>", "", page)  # what cannot be set
        assert not any(word in as_text for word in ("<img", "<script", "href", "style", "900em", "color"))


def test_a_formula_in_a_pictures_name_stays_in_it() -> None:
    page = render.typeset("![a $x$ b](attachment:p.png)", {"p.png": {"image/png": payloads.PNG}})
    assert inspect(page).found == [] and page.count("<") == 3


def test_outputs_are_dead_in_nbconverts_own_template() -> None:
    from nbconvert.exporters import HTMLExporter

    code = {"cell_type": "code", "id": "a", "source": "1", "execution_count": 1, "outputs": payloads.outputs()}
    data = {
        "cells": [code | {"metadata": {"tags": [f'"><script>{payloads.HIT}</script>']}}],
        "metadata": {"title": "</title>"},
    }
    made = nbformat.from_dict(harmless.notebook(data))
    nbformat.validate(made)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(made)
    body = page[page.index("<body") :].replace("MathJax", "")
    assert inspect(body).found == []
    assert payloads.HIT not in body.replace("&gt;", "").split("output_text")[0]


def test_a_picture_must_be_one() -> None:
    assert clean.picture(clean.PNG)(payloads.PNG) == payloads.PNG
    assert clean.picture(clean.JPEG)(payloads.PNG) is None
    assert clean.picture(clean.PNG)('x"onerror="1') is None
    import base64

    raw = bytearray(base64.b64decode(payloads.PNG))
    raw[16:20] = (60_000).to_bytes(4, "big")
    assert clean.picture(clean.PNG)(base64.b64encode(bytes(raw)).decode()) is None


@pytest.mark.parametrize("piece", ["<div>", "<b><i>", "<table><tr><td>", '<a href="http://x', "&#36;", "<!--", "$\\x"])
def test_size_costs_little_time(piece: str) -> None:
    started = time.perf_counter()
    clean.html(piece * (200_000 // len(piece)))
    clean.card(piece * 3_000)
    clean.markdown(piece * (200_000 // len(piece)))
    assert time.perf_counter() - started < 3


def test_fifty_megabytes_of_output_become_a_page_that_opens() -> None:
    line = {"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}
    cell = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": [line] * 50}
    made = harmless.notebook({"cells": [cell] * 20})
    assert len(json.dumps(made)) < 8_000_000
    assert "left out" in made["cells"][0]["outputs"][-1]["text"]
    assert len({cell["id"] for cell in made["cells"]}) == 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "cell_type",
    "source",
    "outputs",
    "metadata",
    "attachments",
    "id",
    "execution_count",
    "output_type",
    "data",
    "text",
)
CELL = st.dictionaries(
    st.sampled_from(KEYS), JSON | st.sampled_from(["code", "markdown", "stream", "error", "display_data"])
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["cells", "metadata", "nbformat"]), st.lists(CELL, max_size=3) | JSON))
def test_any_json_becomes_a_valid_notebook(data: dict[str, object]) -> None:
    made = harmless.notebook(data)
    nbformat.validate(nbformat.from_dict(made))
    json.dumps(made).encode()


def test_a_card_of_ours_is_unchanged_but_for_its_sheet() -> None:
    from autograder.card import Card, Part
    from autograder.card_html import sheet

    card = Card(
        "mle", "partly", "partly right", 1, 3, (Part("seen", 2, True), Part("random", 1, False)), lead="Look at `x`."
    )
    made = lay_out(card)
    assert clean.card(made) == made.replace(sheet(), "")


def test_a_name_is_escaped_for_the_formgrader_and_refused_by_the_gradebook() -> None:
    from autograder.gradebook.writer import _no_name
    from autograder.pages.exporter import Harmless

    data = nbformat.from_dict(harmless.notebook({"cells": []}))
    _, resources = Harmless().preprocess(data, {"student": EVIL, "first_name": EVIL, "last_name": None})
    assert inspect(resources["student"] + resources["first_name"]).found == []
    for name in (EVIL, '";window.hit=1;"', "a&b", "a\\b"):
        assert "rename the folder" in _no_name(name)
    for name in ("ada", "José Ángel", "o'brien", "x.y+z@example.org", "学生-1"):
        assert _no_name(name) == ""
