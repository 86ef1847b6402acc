"""Globals that grading will not have: found through every way in which a function can lean on them, and only those."""

from __future__ import annotations

import pytest

from autograder.cell_rule import definitions
from autograder.globals_check import CellRule, bound, outside

NO_RULE = CellRule()


def leaning(*cells: str, target: str = "f", rule: CellRule = NO_RULE) -> list[str]:
    """Run the cells in one namespace; the names that `target` should not lean on."""
    space: dict[str, object] = {"__name__": "__main__"}
    for cell in cells:
        exec(cell, space)
    return [found.name for found in outside(space[target], space, list(cells), rule)]


DATA = "data = sorted([3, 1])"


@pytest.mark.parametrize(
    "cell",
    [
        "def f():\n    return data",
        "def f():\n    return [x for x in data]",
        "def f():\n    def inner():\n        return data\n    return inner()",
        "def f():\n    return (lambda: data)()",
        "def g():\n    return data\ndef f():\n    return g()",
        "class G:\n    def go(self):\n        return data\ndef f():\n    return G().go()",
        "class f:\n    @property\n    def go(self):\n        return data",
        "class f:\n    @staticmethod\n    def go():\n        return data",
        "class G:\n    def go(self):\n        return data\nclass f(G):\n    def other(self):\n        return super()",
        "import functools\n@functools.cache\ndef g():\n    return data\ndef f():\n    return g()",
        "import functools\ndef g(x):\n    return data\nh = functools.partial(g, 1)\ndef f():\n    return h()",
        "def around(function):\n    def inner():\n        return function()\n    return inner\n"
        "@around\ndef f():\n    return data",
        "def f(n):\n    return data if n else f(n - 1)",
    ],
)
def test_found(cell):
    assert leaning(DATA, cell) == ["data"]


@pytest.mark.parametrize(
    "cells",
    [
        ("data = 3", "def f():\n    return data"),
        ("data: int = 3", "def f():\n    return data"),
        ("data, more = [1, 2], {'a': -1}", "def f():\n    return data, more"),
        ("data = lambda x: x", "def f():\n    return data(1)"),
        ("import math", "def f():\n    return math.pi"),
        ("from math import pi as data", "def f():\n    return data"),
        ("import torch\ndata = torch.float64", "def f():\n    return data"),
        ("from collections import Counter", "def f():\n    return Counter()"),
        ("import torch.nn.functional as F", "def f():\n    return F.relu"),
        (DATA, "def f(data):\n    return data"),
        (DATA, "def f():\n    data = 1\n    return data"),
        (DATA, "def f(x):\n    return x.data"),
        ("def f():\n    return not_there_at_all",),
        ("def f():\n    return len(print.__name__)",),
    ],
)
def test_not_found(cells):
    assert leaning(*cells) == []


def test_the_last_cell_that_binds_a_name_decides():
    assert leaning("data = 1", DATA, "def f():\n    return data") == ["data"]
    assert leaning(DATA, "data = 1", "def f():\n    return data") == []


def test_what_grading_runs_whole_exists():
    uses = "def f():\n    return data"
    assert leaning(DATA, uses, rule=CellRule(given=frozenset({"data"}))) == []
    assert leaning(f"{DATA}\n{uses}", rule=CellRule(targets=frozenset({"f"}))) == []
    assert leaning("data = 1", uses, rule=CellRule(skipped=frozenset({"data = 1"}))) == ["data"]


def test_values_of_unknown_origin_are_judged_by_type():
    space = {"__name__": "__main__", "number": 3, "made": object()}
    exec("def f():\n    return number, made", space)
    assert [found.name for found in outside(space["f"], space, [], CellRule())] == ["made"]


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1",
        "x, y = 1, 2",
        "import x",
        "import x.y as z\nfrom a import b",
        "def x(): y = 1",
        "class x: pass",
        "lambda: 0\nx = [i for i in (1, 2)]",
        "x: int = 1",
        "for x in []: pass",
        "with open('f') as x: pass",
        "%magic\nx = 1",
    ],
)
def test_what_is_kept_is_bound_already(cell):
    assert bound(definitions(cell)) <= bound(cell)
    assert "i" not in bound(cell)


def test_a_cell_that_does_not_parse_binds_nothing():
    assert bound("def (") == frozenset()
