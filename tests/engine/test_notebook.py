"""The cell rule: what of a submission runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.cell_rule import definitions, imports, running, strip_magics, without_grader
from autograder.errors import UserError
from autograder.notebook import read, submission
from tests.kinds.notebooks import code

ANSWER = {"nbgrader": {"grade_id": "f", "solution": True}}


def nb(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}}


def test_of_a_learners_own_cell_only_definitions_run() -> None:
    source = (
        "import math; x = 3\ny = [1, -2]\nfor i in range(3):\n    print(i)\nz = train()\n"
        "@cached\ndef f(a):\n    return a\n"
        "print(f(3)); w = lambda t: t\nclass A: pass\nlr: float = 3e-4\nd = {'a': [1]}\nalias = math.log\ndel x\n"
    )
    kept = running(source)
    space: dict[str, Any] = {"cached": lambda f: f}
    exec(kept, space)
    assert {"math", "x", "y", "f", "w", "A", "lr", "d", "alias"} <= set(space)
    assert not {"z", "i"} & set(space)


def test_line_numbers_stay_the_learners() -> None:
    kept = definitions("print(1)\nprint(2)\n\ndef f():\n    return 1 / 0\n")
    assert kept.split("\n").index("    return 1 / 0") == 4


def test_imports_run_one_by_one_and_the_graders_own_not_at_all() -> None:
    source = "from autograder.inline import *\nimport torch, math\nimport autograder.inline as inline\nx = 1\n"
    assert imports(source) == ["import torch, math"]
    assert without_grader(source).split("\n") == ["", "import torch, math", "", "x = 1", ""]
    found = submission(nb(code("import missing_module\nimport math\ny = 2\n", "own", {})), [])
    assert [c.source.strip() for c in found.cells] == ["import missing_module", "import math", "y = 2"]


def test_a_cell_that_does_not_parse_gives_nothing() -> None:
    assert definitions("def f(:\n") == "" and definitions("x = (" * 5000) == ""


def test_magics_are_blanked_and_lines_keep_their_numbers() -> None:
    source = "%matplotlib inline\nimport torch\n!ls\ntorch?\nx = %timeit f()\nif 1:\n    %time y\n"
    assert strip_magics(source).split("\n") == ["pass", "import torch", "pass", "pass", "pass", "if 1:", "    pass", ""]
    assert strip_magics("%%bash\nrm -rf x") == ""
    assert strip_magics("a = 7 % 3\r\nb = not a\r\n") == "a = 7 % 3\nb = not a\n"


def test_roles() -> None:
    found = submission(
        nb(
            code("setup()", "s", {"tags": ["setup"]}),
            code("import torch", "g", {"tags": ["given"]}),
            code("train()", "e", {"tags": ["experiment"]}),
            code("def f(): ...\nf()", "a", ANSWER),
            code("check('f')", "c", {"nbgrader": {"grade_id": "check-f"}}),
            code("def helper(): ...\nhelper()", "own", {}),
        ),
        ["f"],
    )
    assert [(c.exercise, c.source.strip()) for c in found.cells] == [
        ("", "import torch"),
        ("f", "def f(): ...\nf()"),
        ("", "def helper(): ..."),
    ]
    assert found.remarks == []


def test_given_cells_come_from_the_release() -> None:
    released = nb(code("import torch", "g", {"tags": ["given"]}), code("k = 1", "h", {"tags": ["given"]}))
    edited = submission(
        nb(code("import evil", "g", {"tags": ["given"]}), code("x()\ny = 2", "new", {"tags": ["given"]})), [], released
    )
    assert [c.source.strip() for c in edited.cells] == ["k = 1", "import torch", "y = 2"]
    assert "deleted" in edited.remarks[0]


def test_answers_that_lost_their_metadata_or_occur_twice() -> None:
    lost = submission(nb(code("def f(): return 1", "x", {})), ["f"])
    assert lost.cells[0].exercise == "f" and "was deleted, but cell 1 defines it" in lost.remarks[0]
    twice = submission(nb(code("def f(): return 1", "x", ANSWER), code("def f(): return 2", "y", ANSWER)), ["f"])
    assert [c.source for c in twice.cells] == ["def f(): return 2"] and "twice" in twice.remarks[0]
    gone = submission(nb(), ["f"])
    assert gone.cells == [] and gone.remarks[1:] == ["the cell of f was deleted"]
    assert "is it another chapter's notebook?" in gone.remarks[0]


def test_a_reference_takes_the_place_of_an_answer_and_stands_last() -> None:
    found = submission(nb(code("def f(): return 1", "x", ANSWER), code("def f(): return 2", "own", {})), ["f"])
    space: dict[str, Any] = {}
    for _, source in found.with_reference({"f": "def f(): return 42"}):
        exec(source, space)
    assert space["f"]() == 42


@pytest.mark.parametrize(
    "cell",
    [
        None,
        3,
        {"cell_type": "code"},
        {"cell_type": "code", "source": 5, "metadata": 7},
        {"cell_type": "code", "source": ["a", 1], "metadata": {"tags": "given", "nbgrader": []}},
    ],
)
def test_odd_cells_do_not_crash(cell: Any) -> None:
    submission({"cells": [cell]}, ["f"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("{", "invalid JSON"),
        ("[1]", "no list of cells"),
        ('{"cells": 3}', "no list of cells"),
        ("[" * 100_000, "invalid JSON"),
    ],
)
def test_what_is_no_notebook_gets_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(UserError, match=says):
        read(tmp_path / "a.ipynb")


def test_a_byte_order_mark_is_fine_and_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(nb()).encode())
    assert read(tmp_path / "a.ipynb")["cells"] == []
    with pytest.raises(UserError, match="does not exist"):
        read(tmp_path / "b.ipynb")
