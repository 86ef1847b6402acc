"""Equal where it should be, and different where a learner's result is wrong by little."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from autograder.compare import difference, disagreement
from autograder.outcome import Outcome

T = torch.tensor


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (2, 2.0),
        (2.0, T(2.0)),
        (T(2.5), 2.5),
        (True, np.bool_(True)),
        ([1, 2], (1, 2)),
        (T([1.0, 2.0]), np.array([1.0, 2.0])),
        (float("nan"), float("nan")),
        (float("inf"), T(float("inf"))),
        (T([float("nan"), -math.inf]), T([float("nan"), -math.inf])),
        (T([1.0, 2.0], dtype=torch.float64), T([1.0, 2.0 + 1e-12], dtype=torch.float64)),
        (T([1, 2]), T([1, 2], dtype=torch.int32)),
        (T([1.0, 2.0]), T([1.0, 2.0], dtype=torch.float64)),
        ({"a": [T([0.0])]}, {"a": (T([0.0]),)}),
        (torch.empty(0, 2), torch.empty(0, 2)),
        (None, None),
    ],
)
def test_equal(expected: object, got: object) -> None:
    assert difference(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        (2, 3, "another number"),
        (2.0, True, "bool instead of float"),
        (T([1.0, 2.0]), [1.0, 2.0], "list instead of a tensor"),
        (T([1.0, 2.0]), T([[1.0, 2.0]]), "shape (1, 2) instead of (2,)"),
        (T([1.0, 2.0]), T([1, 2]), "dtype int64"),
        (T([1.0], dtype=torch.float64), T([1.0]), "dtype float32"),
        (T([True]), T([1]), "dtype"),
        (None, 0, "int instead of None"),
        (3, None, "did you forget"),
        ([1, 2], [1, 2, 3], "length 3"),
        ({"a": 1}, {}, "'a' is missing"),
        ({}, {"b": 1}, "'b' should not"),
        ("x", "y", "another value"),
        (
            T([1e-9, 1.0], dtype=torch.float64),
            T([2e-9, 1.0], dtype=torch.float64),
            "1 of 2",
        ),  # a wrong small value does not hide behind a large one
        (T([1.0, float("nan")]), T([1.0, 0.0]), "1 of 2"),
        (T([-math.inf, 2.0]), T([-37.0, 2.0]), "1 of 2"),
        (T([math.inf, 2.0]), T([-math.inf, 2.0]), "1 of 2"),
        (T([1.0, 2.0]), T([math.inf, 2.0]), "1 of 2"),
        (1.0, 1.0 + 1e-6, "another number"),
        (float("inf"), 1e300, "another number"),
        (0.0, 1e-9, "another number"),
        (False, None, "another"),
        (T([2**53], dtype=torch.int64), T([2**53 + 1]), "another number"),
    ],
)
def test_different(expected: object, got: object, says: str) -> None:
    found = difference(expected, got)
    assert found is not None and says in found.says


def test_the_first_difference_is_located() -> None:
    found = difference({"value": [T([[1.0, 2.0], [3.0, 4.0]])]}, {"value": [T([[1.0, 2.0], [5.0, 4.0]])]})
    assert found is not None and (found.where, found.expected, found.got) == ("['value'][0][1, 0]", "3", "5")


def test_numbers_that_look_alike_are_shown_in_full() -> None:
    for expected, got in ((0.4, 0.40000001), (T([0.4], dtype=torch.float64), T([0.40000001], dtype=torch.float64))):
        found = difference(expected, got)
        assert found is not None and (found.expected, found.got) == ("0.4", "0.40000001")


def test_outcomes_agree_by_value_or_by_the_class_of_the_exception() -> None:
    raised = Outcome("error", error="ValueError", message="a")
    assert disagreement(raised, Outcome("error", error="ValueError", message="b")) is None
    assert "another exception" in str(disagreement(raised, Outcome("error", error="TypeError")))
    assert "should raise ValueError" in str(disagreement(raised, Outcome("value", value=3)))
    for kind in ("stub", "missing", "timeout", "died", "error"):
        assert disagreement(Outcome("value", value=1), Outcome(kind)) is not None  # type: ignore[arg-type]
