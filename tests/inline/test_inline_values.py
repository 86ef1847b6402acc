"""Values and calls as text: what is shown as code is the value; the marked place is the differing one."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.call_text import call, place
from autograder.compare import difference
from autograder.exercise import Case, exercise
from autograder.value_path import at, at_digits, path_of
from autograder.value_text import CLOSE, OPEN, Writer

DTYPES = [torch.float64, torch.float32, torch.int64, torch.bool, torch.float16, torch.bfloat16, torch.int32]
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def tensors():
    shapes = st.lists(st.integers(0, 4), max_size=3)
    return st.builds(
        lambda shape, dtype, seed: (
            (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 3).round().to(dtype)
        ),
        shapes,
        st.sampled_from(DTYPES),
        st.integers(0, 9),
    )


def run(code):
    return eval(code, {"torch": torch, "np": np})


@settings(max_examples=300, deadline=None)
@given(PLAIN)
def test_exact_code_is_the_value(value):
    writer = Writer(width=60, code=True)
    text = writer.write(value)
    if writer.exact and OPEN not in repr(value) and CLOSE not in repr(value):
        assert run(text) == value
        assert type(run(text)) is type(value)


@settings(max_examples=300, deadline=None)
@given(tensors())
def test_exact_code_is_the_tensor(value):
    writer = Writer(width=60, code=True)
    again = run(writer.write(value))
    assert writer.exact
    assert again.shape == value.shape
    assert again.dtype == value.dtype
    assert torch.equal(again, value)


@settings(max_examples=200, deadline=None)
@given(PLAIN, st.data())
def test_one_place_is_marked_and_it_is_the_first_difference(value, data):
    other = data.draw(st.just(value) | PLAIN)
    found = difference(value, other)
    if found is None:
        return
    path = path_of(found.where)
    text = Writer().write(value, path)
    assert text.count(OPEN) == text.count(CLOSE) <= 1
    leaf = at(value, path)
    if isinstance(leaf, (int, str)) and OPEN not in str(leaf) and text.count(OPEN):
        assert re.search(f"{OPEN}(.*?){CLOSE}", text, re.DOTALL)[1] == Writer().write(leaf)


def test_the_paths_of_differences():
    assert path_of("") == ()
    assert path_of("['value'][1][0, 2]") == ("value", 1, (0, 2))
    assert path_of("['a]b'][(0, 1)]['[']") == ("a]b", (0, 1), "[")


def test_a_mark_far_inside_a_large_tensor_is_shown():
    expected = torch.arange(4000).reshape(40, 100)
    got = expected.clone()
    got[33, 71] = -1
    path = path_of(difference(expected, got).where)
    text = Writer().write(got, path)
    assert f"{OPEN}-1{CLOSE}" in text
    assert len(text) < 1200
    assert "…" in text


def test_a_mark_far_inside_a_long_list_is_shown():
    text = Writer().write(list(range(1000)), (700,))
    assert f"{OPEN}700{CLOSE}" in text
    assert "693 before" in text
    assert "293 more" in text


def test_numbers_that_differ_look_different():
    one, other = 0.12345678, 0.12345679
    digits = at_digits(one, other)
    assert Writer(digits=digits).write(one) != Writer(digits=digits).write(other)
    assert at_digits(1.0, 2.0) == 5
    assert at_digits(math.nan, 1.0) == 5


def test_rounding_is_owned_up_to():
    writer = Writer(digits=6, code=True)
    assert writer.write(0.1) == "0.1"
    assert writer.exact
    assert writer.write(1 / 3) == "0.333333"
    assert not writer.exact


def test_single_precision_reads_like_the_number_meant():
    assert Writer(code=True).write(torch.tensor([0.1, 0.2])) == "torch.tensor([0.1, 0.2])"
    assert (
        Writer(code=True).write(torch.tensor([0.1], dtype=torch.float64)) == "torch.tensor([0.1], dtype=torch.float64)"
    )


def add(a, b):
    return a + b


def scaled(a, weights):
    return a * weights


@pytest.mark.parametrize(
    "arguments",
    [
        {"a": 1, "b": 2},
        {"a": [[1, 2]] * 30, "b": [["a long word to break the line"] * 3] * 2},
        {"a": torch.arange(6).reshape(2, 3), "b": np.array([[0.5], [1.5]])},
        {"a": {"x": torch.zeros(0, 2)}, "b": float("inf")},
    ],
)
def test_a_plain_call_can_be_pasted(arguments):
    made = exercise("add", of=add, points=1, minutes=1, level=1)
    written = call(made, Case("", arguments, True))
    if not written.exact:
        assert len(arguments["a"]) > 14
        return
    again = eval(written.code, {"torch": torch, "np": np, "add": lambda **given: given})
    assert difference(arguments, again) is None


def test_a_probe_of_the_declarations_own_is_written_out():
    probe = """
    def probe(target, table, **case):
        def prob(query):
            return table[query]
        value = target(prob, **case)
        return {"value": value + 1, "arguments": case}
    """
    made = exercise("scaled", of=scaled, points=1, minutes=1, level=1, probe=probe)
    written = call(made, Case("", {"table": [4, 5], "weights": 3}, True))
    code = written.code.splitlines()
    assert code[0] == "table = [4, 5]"
    assert code[-2:] == ["value = scaled(prob, weights=3)", "value + 1"]
    space = {"scaled": lambda prob, weights: prob(1) * weights}
    exec("\n".join(code[:-1]), space)
    assert space["value"] == 15
    assert place(made, ("value",))[0] == "result"


def test_a_long_probe_is_not_shown():
    probe = "def probe(target, **case):\n" + "    x = 1\n" * 30 + "    return target(**case)\n"
    made = exercise("add", of=add, points=1, minutes=1, level=1, probe=probe)
    assert call(made, Case("", {"a": 1, "b": 2}, True)).code == "add(a=1, b=2)"
