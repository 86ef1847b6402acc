"""What the wire carries arrives as it was; what it does not carry arrives with a name."""

from __future__ import annotations

import collections
import enum
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.wire import Opaque, WireError, decode, encode
from autograder.wire_arrays import NAMES
from autograder.wire_format import MAX_DEPTH, MAX_INT_BITS

text = st.text(alphabet=st.characters(), max_size=8)  # half a surrogate pair included
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | text
    | st.binary(max_size=8)
    | st.integers(-(2**4000), 2**4000)
)
keys = st.recursive(scalars, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=4)
plain = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=3)
        | st.frozensets(keys, max_size=3)
    ),
    max_leaves=12,
)
arrays = st.sampled_from([np.dtype(name) for name in NAMES if name != "bfloat16"]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)


def same(a: Any, b: Any) -> bool:
    """Equal in type and value all the way down; NaN equals NaN, 0.0 does not equal -0.0, True does not equal 1."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and all(any(same(x, y) for y in b) for x in a)
    if isinstance(a, torch.Tensor):
        return (
            a.dtype == b.dtype
            and a.shape == b.shape
            and (not a.numel() or a.stride() == b.stride())
            and _bits(a) == _bits(b)
        )
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b)


def _bits(x: torch.Tensor) -> bytes:
    return x.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if x.numel() else b""


@given(plain)
@settings(deadline=None, max_examples=150)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(arrays)
@settings(deadline=None, max_examples=100)
def test_arrays_and_tensors_of_every_type_and_shape(array: np.ndarray) -> None:
    tensor = torch.from_numpy(array.copy())
    back, row_major, tensor_back = decode(encode([array, np.asfortranarray(array), tensor]))
    assert same(back, array)
    assert same(row_major, np.asfortranarray(array))
    assert same(tensor_back, tensor)
    assert not array.ndim or tensor_back.is_contiguous()


@pytest.mark.parametrize("name", NAMES)
def test_every_type_of_tensor(name: str) -> None:
    x = torch.arange(-3, 9).reshape(3, 4).to(getattr(torch, name))
    for view in (x, x.t(), x[:, ::2], x[1], x[0, 0], x[:0]):
        assert same(decode(encode(view)), view if view.numel() else view.contiguous())


def test_the_same_tensor_is_of_the_learners_own_making() -> None:
    x = torch.ones(3)
    a, b = decode(encode((x, x)))
    a += 1
    assert x.tolist() == b.tolist() == [1, 1, 1]
    a.resize_(5)  # its memory is its own, not the message's
    array = decode(encode(np.zeros(2)))
    array += 1
    assert array.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("made", "strides"),
    [
        (lambda x: x.transpose(0, 2), (1, 4, 12)),
        (lambda x: x[:, ::2], (12, 8, 1)),
        (lambda x: x[..., 1], (12, 4)),
        (lambda x: x[:, :, :3], (12, 4, 1)),
        (lambda x: x[0, 0].expand(5, 4), (0, 1)),
        (lambda x: x[:, :1].expand(2, 3, 4), (12, 0, 1)),
    ],
)
def test_strides_are_kept(made: Any, strides: tuple[int, ...]) -> None:
    x = made(torch.arange(24.0).reshape(2, 3, 4))
    back = decode(encode(x))
    assert back.stride() == x.stride() == strides
    assert not back.is_contiguous()
    assert back.equal(x)
    array = decode(encode(x.numpy()))
    assert array.strides == x.numpy().strides
    assert np.array_equal(array, x.numpy())


def test_a_column_of_something_huge_stays_small_and_non_contiguous() -> None:
    column = torch.zeros(1000, 5000)[:, 7]
    message = encode(column)
    assert len(message) < 5000
    assert decode(message).shape == (1000,)
    assert not decode(message).is_contiguous()


def test_windows_that_overlap_and_reversed_arrays_keep_their_values() -> None:
    windows = torch.arange(6.0).unfold(0, 3, 1)
    assert same(decode(encode(windows)), windows.contiguous())
    backwards = np.arange(5)[::-1]
    assert decode(encode(backwards)).tolist() == [4, 3, 2, 1, 0]
    swapped = np.arange(3, dtype=">i4")
    assert decode(encode(swapped)).tolist() == [0, 1, 2]
    frozen = np.arange(3)
    frozen.flags.writeable = False
    assert decode(encode(frozen)).flags.writeable


class Liar(torch.Tensor):
    """Equal to everything, and of any shape."""

    shape = (7,)  # type: ignore[assignment]

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return True

    def __eq__(self, other: object) -> Any:
        return True

    def detach(self) -> Any:
        raise RuntimeError("no")


def test_subclasses_parameters_and_gradients_are_stripped() -> None:
    x = torch.arange(3.0)
    liar = x.as_subclass(Liar)
    parameter = torch.nn.Parameter(x.clone())
    grown = parameter * 2
    for value, wanted in ((liar, x), (parameter, x), (grown, 2 * x), (torch.nn.Buffer(x), x)):
        back = decode(encode(value))
        assert type(back) is torch.Tensor
        assert back.equal(wanted)
        assert not back.requires_grad
        assert back.grad_fn is None
    masked = np.ma.masked_array([1.0, 2.0], mask=[True, False])
    assert type(decode(encode(masked))) is np.ndarray


class Colour(enum.IntEnum):
    RED = 3


class Word(str):
    def __str__(self) -> str:
        return "something else"


def test_subclasses_of_plain_classes_arrive_plain() -> None:
    point = collections.namedtuple("point", "x y")(1, 2)
    counts = collections.Counter("aab")
    filled = collections.defaultdict(int, {1: 2})
    value = [
        point,
        counts,
        filled,
        collections.OrderedDict(a=1),
        Colour.RED,
        Word("cat"),
        torch.Size([2, 3]),
        np.str_("dog"),
    ]
    wanted = [(1, 2), {"a": 2, "b": 1}, {1: 2}, {"a": 1}, 3, "cat", (2, 3), "dog"]
    assert same(decode(encode(value)), wanted)


def test_numpy_scalars_stay_numpy() -> None:
    for value in (np.float32(0.1), np.int64(-3), np.bool_(True), np.float64("nan"), np.float16(2)):
        back = decode(encode(value))
        assert type(back) is type(value)
        assert back == value or np.isnan(value)


def test_what_is_not_plain_arrives_as_its_name() -> None:
    values = [object(), len, range(3), 1j, torch.nn.Linear(1, 1), (i for i in []), 1 << MAX_INT_BITS, {}.keys()]
    names = [
        "object",
        "builtin_function_or_method",
        "range",
        "complex",
        "Linear",
        "generator",
        "int of 4097 bits",
        "dict_keys",
    ]
    assert decode(encode(values)) == [Opaque(name) for name in names]
    tensors = [torch.zeros(2) + 1j, torch.zeros(2).to_sparse(), torch.zeros(2, device="meta"), torch.zeros([1] * 17)]
    assert all(isinstance(value, Opaque) and "Tensor" in value.type_name for value in decode(encode(tensors)))
    assert decode(encode(np.array(["a"]))) == Opaque("ndarray, of str32")
    assert decode(encode({object: 1})) == {Opaque("type"): 1}


def test_what_is_nested_without_end_is_cut_off() -> None:
    loop: list[Any] = []
    loop.append(loop)
    value, depth = decode(encode(loop)), 0
    while isinstance(value, list):
        value, depth = value[0], depth + 1
    assert depth == MAX_DEPTH
    assert isinstance(value, Opaque)


@pytest.mark.parametrize(
    "value",
    [torch.zeros(20 << 20), "x" * (17 << 20), [[0] * 1000] * 2000, [torch.zeros(5 << 20)] * 5],
    ids=["tensor", "string", "values", "tensors"],
)
def test_what_is_too_large_is_refused(value: Any) -> None:
    with pytest.raises(WireError):
        encode(value)


def test_one_row_of_a_column_arrives():
    """torch calls it contiguous, whatever its strides are."""
    column = torch.arange(10.0).reshape(2, 5)[:1, -1]
    assert column.shape == (1,) and column.stride() == (5,)
    for value in (column, torch.tensor(3.0).expand(1), torch.arange(6).reshape(3, 2)[:1, 1:]):
        assert torch.equal(decode(encode(value)), value)
