"""A child executes cells as a notebook would and answers probes; ordinary code gets ordinary outcomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from autograder.outcome import Outcome
from autograder.pool import CellError, Zygote, sandbox_description
from autograder.probes import ready_made
from autograder.wire import Opaque, WireError, encode
from tests.process.conftest import ADD, CALL, clean

One = Callable[..., Outcome]


def test_a_value_and_the_arguments_come_back(zygote: Zygote) -> None:
    cases = [{"a": torch.arange(3.0), "b": 1}, {"a": [1], "b": [2]}, {"a": "x", "b": "y"}]
    with zygote.child([ADD]) as child:
        outcomes = child.run("add", CALL, cases)
        assert child.alive
        assert not child.cell_errors
    assert [outcome.kind for outcome in outcomes] == ["value"] * 3
    assert outcomes[0].value["value"].tolist() == [1, 2, 3]
    assert [outcome.value["value"] for outcome in outcomes[1:]] == [[1, 2], "xy"]
    assert outcomes[1].value["arguments"] == {"a": [1], "b": [2]}


def test_cases_may_come_encoded(zygote: Zygote) -> None:
    with zygote.child([ADD]) as child:
        outcomes = child.run("add", CALL, [encode({"a": i, "b": 1}) for i in range(3)])
    assert [outcome.value["value"] for outcome in outcomes] == [1, 2, 3]


def test_many_large_cases_and_answers_do_not_block_one_another(zygote: Zygote) -> None:
    cases = [{"a": torch.full((1 << 20,), float(i)), "b": 1} for i in range(8)]
    with zygote.child([ADD]) as child:
        outcomes = child.run("add", CALL, cases)
    assert [float(outcome.value["value"][0]) for outcome in outcomes] == [i + 1 for i in range(8)]


def test_a_case_too_large_is_the_callers_error(zygote: Zygote) -> None:
    with zygote.child([ADD]) as child:
        with pytest.raises(WireError):
            child.run("add", CALL, [{"a": torch.zeros(20 << 20), "b": 1}])
        assert child.run("add", CALL, [{"a": 1, "b": 1}])[0].value["value"] == 2


def test_error_stub_missing_and_opaque(zygote: Zygote) -> None:
    source = (
        "def fails(x):\n    y = x / 0\n    return y\n"
        "def stub(x):\n    raise NotImplementedError('later')\n"
        "def strange(x):\n    return object()\n"
    )
    with zygote.child([("all", source)]) as child:
        fails, stub, missing, strange = (
            child.run(name, CALL, [{"x": 1}])[0] for name in ("fails", "stub", "strangr", "strange")
        )
    assert fails == Outcome("error", error="ZeroDivisionError", message="division by zero", line="y = x / 0")
    assert (stub.kind, stub.message) == ("stub", "later")
    assert (missing.kind, missing.line) == ("missing", "strange")
    assert strange.value["value"] == Opaque("object")


def test_a_cell_that_fails_does_not_stop_the_others(zygote: Zygote) -> None:
    cells = [
        ("one", "a = 1"),
        ("two", "b = a\nc = undefined\n"),
        ("three", "def (:"),
        ("four", "raise SystemExit('bye')"),
        ("five", "def f():\n    return a, b"),
    ]
    with zygote.child(cells) as child:
        assert child.run("f", CALL, [{}])[0].value["value"] == (1, 1)
        errors = child.cell_errors
    assert errors["two"] == CellError("NameError", "name 'undefined' is not defined", "c = undefined")
    assert errors["three"].error == "SyntaxError"
    assert errors["three"].line == "def (:"
    assert errors["four"] == CellError("SystemExit", "bye", "raise SystemExit('bye')")
    assert set(errors) == {"two", "three", "four"}


def test_cells_are_like_a_notebooks(zygote: Zygote) -> None:
    cells = [
        ("class", "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: 'int' = 2\n"),
        (
            "use",
            "import typing, inspect, sys\n"
            "def f():\n"
            "    def g(a: Point): return a\n"
            "    hints = typing.get_type_hints(Point)\n"
            "    shown = inspect.getsource(f)\n"
            "    return Point(1).y, hints['y'] is int, shown.count('def '), g.__annotations__['a'] is Point\n",
        ),
        (
            "output",
            "display('shown')\nprint('printed', file=sys.stderr)\nimport os\nos.system('echo to the descriptor')",
        ),
        ("main", "main = __name__ == '__main__' and sys.modules['__main__'].f is f"),
        ("get", "def get():\n    return main"),
    ]
    with zygote.child(cells) as child:
        assert not child.cell_errors
        assert child.run("f", CALL, [{}])[0].value["value"] == (2, True, 3, True)
        assert child.run("get", CALL, [{}])[0].value["value"] is True
        assert child.output == "shown\nprinted\n"


def test_the_learners_line_is_found_through_the_cells(zygote: Zygote) -> None:
    cells = [
        ("helper", "def helper(x):\n    return torch.linalg.inv(x)  # here\n"),
        ("f", "import torch\ndef f(x):\n    return helper(x)"),
    ]
    with zygote.child(cells) as child:
        outcome = child.run("f", CALL, [{"x": torch.zeros(2, 2)}])[0]
    assert outcome.kind == "error"
    assert outcome.line == "return torch.linalg.inv(x)  # here"


def test_cases_run_in_one_namespace_and_each_from_its_seed(zygote: Zygote) -> None:
    source = "import torch\nseen = []\ndef f(x):\n    seen.append(x)\n    return len(seen), float(torch.rand(()))"
    with zygote.child([("f", source)]) as child:
        first = child.run("f", CALL, [{"x": 1}, {"x": 2}], seed=7)
        second = child.run("f", CALL, [{"x": 3}], seed=8)
    values = [outcome.value["value"] for outcome in first + second]
    assert [count for count, _ in values] == [1, 2, 3]
    assert values[0][1] == values[1][1] != values[2][1]


def test_two_children_of_one_zygote_do_the_same(zygote: Zygote) -> None:
    source = (
        "import random, numpy, torch\nmade = random.random()\ndef f():\n    words = list({'a', 'b', 'c', 'dd'})\n"
        "    return random.random(), numpy.random.rand(), words, float(torch.rand(())), made"
    )
    values = []
    for _ in range(2):
        with zygote.child([("f", source)]) as child:
            values.append(child.run("f", CALL, [{}])[0].value["value"])
    assert values[0] == values[1]


def test_ready_made_probes_work_in_a_child(zygote: Zygote) -> None:
    source = (
        "import torch\nclass M(torch.nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.w = torch.nn.Parameter(torch.ones(n))\n    def forward(self, x):\n        return self.w * x\n"
        "def draw(n, generator):\n    return torch.rand(n, generator=generator)\n"
        "def accepts(f):\n    assert f(2) == 4\n"
    )
    with zygote.child([("m", source)]) as child:
        module = child.run("M", ready_made("module"), [{"init": {"n": 2}, "inputs": [torch.ones(3, 2)]}])[0]
        draws = child.run("draw", ready_made("draws"), [{"n": 3, "seed": 5}])[0]
        verdicts = child.run(
            "accepts", ready_made("verdicts"), [{"source": f"def g(x): return x * {k}", "name": "g"} for k in (2, 3)]
        )
    assert module.value["output"].shape == (3, 2)
    assert module.value["gradients"]["w"].shape == (2,)
    assert draws.value["draws"].equal(draws.value["again"])
    assert not draws.value["draws"].equal(draws.value["other"])
    assert [verdict.value for verdict in verdicts] == [True, False]


def test_strides_and_aliases_reach_the_learner(zygote: Zygote) -> None:
    source = "def f(x, y):\n    x[0] = 9\n    return x.stride(), y.tolist(), type(x).__name__"
    x = torch.zeros(3, 4).t()
    with zygote.child([("f", source)]) as child:
        outcome = child.run("f", CALL, [{"x": x, "y": x}])[0]
    assert outcome.value["value"] == ((1, 4), [[0.0] * 3] * 4, "Tensor")
    assert outcome.value["arguments"]["x"][0].tolist() == [9, 9, 9]
    assert x.eq(0).all()


SOFTMAXES = {
    "torch": "torch.softmax(x, -1)",
    "functional": "torch.nn.functional.softmax(x, -1)",
    "method": "x.softmax(-1)",
    "module": "torch.nn.Softmax(-1)(x)",
    "special": "torch.special.softmax(x, -1)",
    "underscore": "torch._softmax(x, -1, False)",
    "operator": "torch.ops.aten.softmax(x, -1)",
    "overload": "torch.ops.aten._softmax.default(x, -1, False)",
    "looked up": "getattr(torch._C._VariableFunctions, 'soft' + 'max')(x, -1)",
    "renamed": "mine(x, -1)",
    "inside a try": "attempt(x)",
}


@pytest.mark.parametrize("call", SOFTMAXES.values(), ids=SOFTMAXES.keys())
def test_forbidden_functions_are_refused_under_every_alias(one: One, call: str) -> None:
    source = (
        "import torch\nfrom torch import softmax as mine\n"
        "def attempt(x):\n    try:\n        return torch.softmax(x, -1)\n    except ValueError:\n        return x\n"
        f"def f(x):\n    return {call}"
    )
    outcome = one(source, forbids=("softmax",), x=torch.zeros(2, 2))
    assert (outcome.kind, outcome.error) == ("error", "PermissionError")
    assert "asks you to write" in outcome.message
    assert one(source, x=torch.zeros(2, 2)).value["value"].tolist() == [[0.5, 0.5]] * 2


def test_what_is_not_forbidden_is_not_refused(one: One) -> None:
    assert (
        one("def f(x):\n    return x.exp() / x.exp().sum()", forbids=("softmax", "lstm"), x=torch.zeros(2)).kind
        == "value"
    )
    assert (
        one("def f(x):\n    return torch.nn.LSTM(2, 2)(x)", forbids=("lstm",), x=torch.zeros(1, 1, 2)).error
        == "PermissionError"
    )


def test_the_child_stands_in_an_empty_folder_with_little_around_it(
    bare: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        "import os, sys, tempfile\n"
        "def f():\n"
        "    descriptors = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]\n"
        "    links = [os.readlink(link) for link in descriptors if os.path.lexists(link)]\n"
        "    return (os.getcwd(), os.listdir(), dict(os.environ), sys.path, sorted(links), tempfile.gettempdir(),\n"
        "            os.getsid(0) == os.getpid(), open('/proc/self/environ').read() if os.getuid() == 0 else '')\n"
    )
    monkeypatch.setenv("NGRAM2BERT_SECRET", "secret-in-the-environment")
    with bare.child([("f", source)]) as child:
        outcome = child.run("f", CALL, [{}])[0]
        folder, files, environment, path, links, temporary, leader, initial = outcome.value["value"]
        assert Path(folder).is_dir()
    assert clean(Path(folder))
    assert files == []
    assert temporary == folder == environment["HOME"] == environment["TMPDIR"]
    assert "secret" not in str(environment) + initial
    assert folder not in path
    assert "" not in path
    assert links[:3] == ["/dev/null"] * 3
    assert len(links) == 4  # and the channel
    assert leader


def test_what_holds_a_submission_back_is_said() -> None:
    assert sandbox_description(fork=False).startswith("not sandboxed")
    assert sandbox_description(fork=True).startswith(("sandboxed: ", "partly sandboxed: "))
