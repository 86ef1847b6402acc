"""Value: the text's worked example, random formulas against torch, and what a second backward does."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ngram2bert.start.autograd import Value

STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "mul", "exp", "log"]), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=12,
)


def test_by_hand():
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    d = c + a
    d.backward()
    assert [v.grad for v in (d, c, a, b)] == [1.0, 1.0, -2.0, 2.0]


def build(steps, make, numbers):
    """The same formula for Values and for tensors: each step takes two of what is there. Arguments stay small."""
    values = [make(number) for number in numbers]
    for kind, i, j in steps:
        x, y = values[i % len(values)], values[j % len(values)]
        size = float(x.data)
        if kind == "add":
            values.append(x + y)
        elif kind == "mul":
            values.append(x * y)
        elif kind == "exp" and abs(size) < 3:
            values.append(x.exp())
        elif kind == "log" and size > 0.1:
            values.append(x.log())
    return values


@settings(max_examples=150, deadline=None, derandomize=True)
@given(STEPS, st.lists(st.floats(-2, 2), min_size=1, max_size=3))
def test_any_formula_agrees_with_torch(steps, numbers):
    ours = build(steps, Value, numbers)
    theirs = build(steps, lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), numbers)
    if not all(math.isfinite(v.data) and abs(v.data) < 1e50 for v in ours):
        return
    for value in theirs:
        value.retain_grad()
    ours[-1].backward()
    theirs[-1].backward()
    reached = [0.0 if value.grad is None else value.grad.item() for value in theirs]
    assert [value.grad for value in ours] == pytest.approx(reached, rel=1e-9, abs=1e-9)
    assert [value.data for value in ours] == pytest.approx([value.item() for value in theirs], rel=1e-12)


def test_backward_again_starts_again():
    a = Value(3.0)
    b = a * a
    b.backward()
    b.backward()
    assert a.grad == 6.0
    (a + b).backward()
    assert a.grad == 7.0


def test_a_long_shared_chain_is_walked_once():
    value = start = Value(1e-9)
    for _ in range(60):  # 2^60 ways lead to the start
        value = value + value
    value.backward()
    assert start.grad == 2.0**60
