"""Whatever is handed in becomes a valid notebook: the course's cells, and nothing that a browser would run."""

from __future__ import annotations

import base64
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import Course
from autograder.gradebook.cards import as_bytes
from autograder.gradebook.outputs import ALL, MANY, Outputs
from autograder.gradebook.rebuild import rebuild
from autograder.gradebook.source import Source, source
from tests.gradebook.conftest import chapter_notebook
from tests.kinds.notebooks import code

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and more").decode()
LIVE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def released(kinds: Course) -> Source:
    """The chapter as it was given out."""
    return source(kinds, kinds.chapters[0])


def valid(made: dict[str, Any]) -> dict[str, Any]:
    """Checked by nbformat, and back from its file."""
    again = json.loads(as_bytes(made))
    nbformat.validate(again)
    return {cell["id"]: cell for cell in again["cells"]}


def test_the_course_s_own_is_restored(released: Source) -> None:
    handed = chapter_notebook({"sample": "mine"}, thought="My answer.")
    for cell in handed["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(points=100, locked=False, schema_version=99)
        cell["metadata"]["collapsed"] = LIVE
        if cell["id"].startswith("check-"):
            cell |= {"source": "print(100)", "cell_type": "raw", "id": "x" * 99}
    cells = valid(rebuild(handed, released))
    assert [cells[f"check-{name}"]["source"] for name in ("sample", "cross_entropy")] == [
        'check("sample")',
        'check("cross_entropy")',
    ]
    assert cells["check-cross_entropy"]["metadata"]["nbgrader"]["points"] == 4  # course.toml's, not the notebook's 2
    assert cells["check-sample"]["metadata"]["nbgrader"]["locked"] is True
    assert cells["sample"]["source"] == "mine" and cells["thought"]["source"] == "My answer."
    assert LIVE not in json.dumps(cells)


def test_the_last_of_two_counts_and_deleted_checks_come_back(released: Source) -> None:
    handed = chapter_notebook()
    first = dict(handed["cells"][1], source="first")
    handed["cells"].insert(0, first)
    handed["cells"] = [
        cell for cell in handed["cells"] if cell["id"] not in ("check-log_softmax", "thought", "check-sample")
    ]
    made = rebuild(handed, released)
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in made["cells"]]
    assert ids == [None, None, "log_softmax", "check-log_softmax", "cross_entropy", "check-cross_entropy", "sample",
                   "check-sample", "thought"]  # fmt: skip
    valid(made)
    nothing = valid(rebuild({"cells": []}, released))
    assert set(nothing) == {"check-log_softmax", "check-cross_entropy", "check-sample", "thought"}


def test_outputs_are_text_and_pictures(released: Source) -> None:
    def shown(**data: Any) -> dict[str, Any]:
        return {
            "output_type": "display_data",
            "metadata": {"x": LIVE},
            "data": {k.replace("_", "/"): v for k, v in data.items()},
        }

    outputs = [
        shown(text_html=LIVE, text_plain=["a ", "table"]),
        shown(text_html=LIVE),
        shown(image_png=PNG + "\n", text_plain="plot"),
        shown(image_png='"><script>alert(1)</script>'),
        shown(image_png=base64.b64encode(b"<svg onload=alert(1)>").decode()),
        shown(
            **{"application_javascript": "alert(1)", "image_svg+xml": LIVE, "text_markdown": LIVE, "text_latex": LIVE}
        ),
        {"output_type": "stream", "name": "stderr", "text": ["on ", "two"]},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", 7, "b"]},
        {"output_type": "update_display_data", "data": {"text/plain": "x"}},
        "none",
    ]
    handed = chapter_notebook()
    handed["cells"].append(code("show()", "mine", {}) | {"outputs": outputs})
    handed["cells"].append(
        {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": LIVE + "\n" + LIVE}
    )
    attachments = {"a.png": {"image/png": PNG, "text/html": LIVE}, LIVE: {"image/png": PNG}}
    text = {"cell_type": "markdown", "id": "m", "metadata": {"tags": ["ok", LIVE]}, "source": "![](a.png)"}
    handed["cells"].append(text | {"attachments": attachments})
    cells = valid(rebuild(handed, released))
    assert [output.get("data") or output.get("text") or output["traceback"] for output in cells["mine"]["outputs"]] == [
        {"text/plain": "a table"},
        {"image/png": PNG, "text/plain": "plot"},
        "on two",
        ["a\nb"],
    ]
    assert cells["raw"]["cell_type"] == "markdown" and cells["raw"]["source"].startswith("    <img")
    assert cells["m"]["attachments"] == {"a.png": {"image/png": PNG}} and cells["m"]["metadata"] == {"tags": ["ok"]}


def test_outputs_have_an_end() -> None:
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}
    outputs = Outputs()
    assert len(outputs.of({"outputs": [text] * 1000})) == MANY
    assert sum(len(o["text"]) for o in Outputs().of({"outputs": [text]})) < 30_000
    for _ in range(100):
        outputs.of({"outputs": [text] * MANY})
    assert 0 <= outputs.room < ALL
    assert outputs.of({"outputs": [text] * MANY})[-1]["text"].startswith("... left out")


def test_half_a_surrogate_pair(released: Source) -> None:
    handed = json.loads(json.dumps(chapter_notebook(thought="half \ud800 a pair")))
    assert valid(rebuild(handed, released))["thought"]["source"] == "half ? a pair"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["code", "markdown", "check-sample"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
OUTPUT = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "error", "display_data"]), "data": JSON, "text": JSON, "traceback": JSON}
)
METADATA = st.fixed_dictionaries({"nbgrader": JSON, "tags": JSON})
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": JSON,
        "id": JSON,
        "source": JSON,
        "metadata": JSON | METADATA,
        "outputs": JSON | st.lists(OUTPUT, max_size=2),
        "attachments": JSON,
    },
)


def test_any_json_becomes_a_valid_notebook(released: Source) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(CELL | JSON, max_size=6))
    def holds(cells: list[Any]) -> None:
        valid(rebuild({"cells": cells}, released))

    holds()
