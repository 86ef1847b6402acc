"""Are two results equal? Where not: the first place where they differ, in words a learner can use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.outcome import Outcome
from autograder.show import show

# dtype -> (relative tolerance, tolerance relative to the largest entry: the rounding noise of a sum)
TOLERANCES = {
    torch.float64: (1e-9, 1e-12),
    torch.float32: (1e-4, 1e-6),
    torch.float16: (1e-2, 1e-3),
    torch.bfloat16: (3e-2, 8e-3),
}


@dataclass(frozen=True)
class Difference:
    """The first difference: where it is, what was expected there and what was got, and a sentence."""

    where: str
    expected: str
    got: str
    says: str


def difference(expected: Any, got: Any, tolerance: float | None = None, where: str = "") -> Difference | None:
    """The first difference between plain values, or None. A list equals a tuple; 2 equals 2.0 and a 0-d tensor of 2."""

    def differ(says: str) -> Difference:
        return Difference(where, *_apart(expected, got), says)

    expected, got = _tensor_if_array(expected), _tensor_if_array(got)
    if isinstance(expected, torch.Tensor) and expected.dim() == 0:
        expected_number, dtype = expected.item(), expected.dtype
    else:
        expected_number, dtype = expected, torch.float64
    if isinstance(got, torch.Tensor) and got.dim() == 0 and not isinstance(expected, torch.Tensor):
        got = got.item()
    if isinstance(expected, torch.Tensor) and expected.dim() == 0 and isinstance(got, (int, float, bool)):
        expected = expected_number
    if isinstance(expected, torch.Tensor):
        return _tensor_difference(expected, got, tolerance, where, differ)
    if expected is None or isinstance(expected, (str, bytes)):
        return (
            None
            if type(expected) is type(got) and expected == got
            else differ("another value" if isinstance(got, type(expected)) else _types(expected, got))
        )
    if isinstance(expected, bool):
        return (
            None
            if isinstance(got, (bool, int)) and bool(got) == expected and got in (0, 1)
            else differ("another answer")
        )
    if isinstance(expected, (int, float)):
        if isinstance(got, bool) or not isinstance(got, (int, float)):
            return differ(_types(expected, got))
        return None if _close(expected, got, tolerance, dtype) else differ("another number")
    if isinstance(expected, (list, tuple)):
        if not isinstance(got, (list, tuple)):
            return differ(_types(expected, got))
        if len(expected) != len(got):
            return differ(f"length {len(got)} instead of {len(expected)}")
        pairs = [(f"{where}[{i}]", e, g) for i, (e, g) in enumerate(zip(expected, got, strict=True))]
    elif isinstance(expected, dict):
        if not isinstance(got, dict):
            return differ(_types(expected, got))
        if missing := [key for key in expected if key not in got]:
            return differ(f"the key {missing[0]!r} is missing")
        if extra := [key for key in got if key not in expected]:
            return differ(f"the key {extra[0]!r} should not be there")
        pairs = [(f"{where}[{key!r}]", value, got[key]) for key, value in expected.items()]
    else:
        return None if expected == got else differ("another value")
    return next((d for w, e, g in pairs if (d := difference(e, g, tolerance, w))), None)


def _tensor_difference(
    expected: torch.Tensor, got: Any, tolerance: float | None, where: str, differ: Callable[[str], Difference]
) -> Difference | None:
    if not isinstance(got, torch.Tensor):
        return differ(_types(expected, got))
    if expected.shape != got.shape:
        return differ(f"shape {tuple(got.shape)} instead of {tuple(expected.shape)}")
    kind_differs = expected.is_floating_point() != got.is_floating_point() or (expected.dtype == torch.bool) != (
        got.dtype == torch.bool
    )
    if kind_differs or (expected.is_floating_point() and got.dtype.itemsize < expected.dtype.itemsize):
        return differ(f"dtype {_dtype(got)} instead of {_dtype(expected)}")
    if expected.dtype == got.dtype and torch.equal(expected, got):  # nearly always, and ten times as fast
        return None
    if expected.numel() == 0:
        return None
    if not expected.is_floating_point():
        wrong = expected.to(torch.int64) != got.to(torch.int64)
    else:
        relative, noise = TOLERANCES.get(expected.dtype, (1e-4, 1e-6))
        relative = relative if tolerance is None else tolerance
        e, g = expected.detach().double(), got.detach().double()
        finite = e[torch.isfinite(e)]
        scale = float(finite.abs().max()) if finite.numel() else 0.0
        near = e.isfinite() & ((e - g).abs() <= relative * e.abs() + noise * scale)  # inf <= inf would let all pass
        wrong = ~(near | (e == g) | (e.isnan() & g.isnan()))
    if not bool(wrong.any()):
        return None
    index = tuple(wrong.nonzero()[0].tolist())
    place = f"{where}[{', '.join(map(str, index))}]" if index else where
    count = int(wrong.sum())
    says = "another number" if wrong.numel() == 1 else f"{count} of {wrong.numel()} entries differ"
    return Difference(place, *_apart(expected[index].item(), got[index].item()), says)


def _apart(expected: Any, got: Any) -> tuple[str, str]:
    """Both as text, with all their digits where six would look alike."""
    short = show(expected), show(got)
    return short if short[0] != short[1] else (repr(expected), repr(got))


def _close(expected: float, got: float, tolerance: float | None, dtype: torch.dtype) -> bool:
    try:
        expected, got = float(expected), float(got)
    except OverflowError:  # an integer of hundreds of digits
        return expected == got
    if math.isnan(expected) or math.isinf(expected):
        return (math.isnan(expected) and math.isnan(got)) or expected == got
    relative = TOLERANCES.get(dtype, (1e-9, 0.0))[0] if tolerance is None else tolerance
    return abs(expected - got) <= relative * abs(expected) + 1e-14


def _tensor_if_array(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return torch.as_tensor(value) if isinstance(value, np.ndarray) else value


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _types(expected: Any, got: Any) -> str:
    def name(value: Any) -> str:
        if isinstance(value, torch.Tensor):
            return f"a tensor of shape {tuple(value.shape)}"
        return "None" if value is None else getattr(value, "type_name", type(value).__name__)

    forgot = "; did you forget to return it?" if got is None else ""
    return f"{name(got)} instead of {name(expected)}{forgot}"


def disagreement(expected: Outcome, got: Outcome, tolerance: float | None = None) -> Difference | None:
    """The difference between two outcomes: equal values, or exceptions of one class, agree."""
    if got.kind == "value" and expected.kind == "value":
        return difference(expected.value, got.value, tolerance)
    if got.kind == "error" and expected.kind == "error" and expected.error == got.error:
        return None
    wanted = f"{expected.error}" if expected.kind == "error" else show(visible(expected.value))
    if got.kind == "error" and expected.kind == "error":
        return Difference("", wanted, f"{got.error}: {got.message}", "another exception")
    words = {
        "value": (show(visible(got.value)), f"it should raise {expected.error}"),
        "error": (f"{got.error}: {got.message}", "it raised an exception"),
        "stub": ("NotImplementedError", "not yet written"),
        "missing": ("nothing", got.message or "it does not exist"),
        "timeout": ("no answer", "it did not come to an end in time"),
        "died": ("no answer", got.message or "the process died"),
    }
    shown, says = words[got.kind]
    return Difference("", wanted, shown, says)


def visible(value: Any) -> Any:
    """What a learner calls the result: the value alone where a probe returned it with something else."""
    if isinstance(value, dict):
        if set(value) == {"value", "arguments"}:
            return value["value"]
        if set(value) == {"draws", "again", "other"}:
            return value["draws"]
    return value
