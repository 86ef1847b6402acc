"""Tensors and arrays for the wire: type, shape, strides and raw bytes; read back without trust in any of them.

Strides are kept, so that a transposed, sliced or expanded input is one on the other side too. Windows that overlap in
memory and reversed arrays arrive contiguous; a slice of something huge arrives with smaller gaps in the same order.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from autograder.wire_format import WireError

NAMES = (
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "bfloat16",
)
DTYPES = tuple(getattr(torch, name) for name in NAMES)
CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
MAX_DIMENSIONS = 16
MAX_LENGTH = 1 << 40
START = struct.Struct(">BBB")  # type, number of dimensions, 1 where strides follow


@dataclass(frozen=True)
class Block:
    """header: type, shape and strides; raw: the numbers in row-major order, of an expanded dimension only the first."""

    header: bytes
    raw: memoryview


def from_tensor(x: torch.Tensor) -> Block | str:
    """The block of a tensor, detached and on the CPU; a string says why there is none."""
    try:
        with torch._C.DisableTorchFunctionSubclass():  # a subclass may lie in its overrides
            x = torch.Tensor.as_subclass(torch.Tensor.detach(x), torch.Tensor)
            if x.layout != torch.strided or x.dtype not in CODES:
                return f"{x.layout} of {x.dtype}".replace("torch.", "")
            if x.dim() > MAX_DIMENSIONS:
                return f"{x.dim()} dimensions"
            x = x.cpu().resolve_neg()
            shape, strides = tuple(x.shape), () if x.is_contiguous() else layout(x.shape, x.stride())
            base = x[_first_of_expanded(strides)] if strides else x
            flat = base.contiguous().as_strided((base.numel(),), (1,))  # one row of a column: contiguous, odd strides
            raw = flat.view(torch.uint8).numpy() if base.numel() else np.empty(0, np.uint8)
    except (RuntimeError, TypeError, ValueError, NotImplementedError) as error:  # meta, fake, wrapped by a transform
        return f"no storage: {type(error).__name__}"
    return Block(_header(CODES[x.dtype], shape, strides), raw.data)


def from_array(array: np.ndarray) -> Block | str:
    """The block of a NumPy array; a string says why there is none."""
    array = np.ndarray.view(array, np.ndarray)
    if array.dtype.name not in NAMES:
        return f"of {array.dtype.name}"
    if array.ndim > MAX_DIMENSIONS:
        return f"{array.ndim} dimensions"
    steps = [step // array.itemsize if step % array.itemsize == 0 else -1 for step in array.strides]
    strides = layout(array.shape, steps)
    base = array[_first_of_expanded(strides)] if strides else array
    flat = np.ascontiguousarray(base, dtype=array.dtype.newbyteorder("=")).reshape(-1)
    return Block(_header(NAMES.index(array.dtype.name), array.shape, strides), flat.view(np.uint8).data)


def layout(shape: Sequence[int], strides: Sequence[int]) -> tuple[int, ...]:
    """The strides to send, () for a contiguous array: the same where no element overlaps and the gaps are small."""
    if 0 in shape or min(strides, default=0) < 0 or tuple(strides) == _contiguous(shape):
        return ()
    order = sorted((d for d in range(len(shape)) if shape[d] > 1 and strides[d] > 0), key=lambda d: strides[d])
    extent = 1
    for d in order:
        if strides[d] < extent:
            return ()  # overlapping
        extent += (shape[d] - 1) * strides[d]
    wanted = list(strides)
    if extent > _room(shape, strides):  # far apart: the same order, every second place
        step = 2
        for d in order:
            wanted[d], step = step, step * shape[d]
    kept = tuple(wanted[d] if shape[d] > 1 else 1 for d in range(len(shape)))
    row_major = _contiguous(shape)
    return () if all(n == 1 or a == b for n, a, b in zip(shape, kept, row_major, strict=True)) else kept


def build(header: bytes, data: bytearray, at: int, room: int) -> tuple[torch.Tensor, int]:
    """A fresh tensor from a header and the bytes of `data` from `at` on, and how many bytes it took.

    room  how many bytes the tensor may have, counted with expanded dimensions. Raises WireError.
    """
    dtype, shape, strides = _read_header(header)
    if math.prod(shape) * dtype.itemsize > room:
        raise WireError(f"a tensor of shape {shape} is larger than a message")
    if strides and layout(shape, strides) != strides:
        raise WireError(f"strides {strides} do not fit shape {shape}")
    base = tuple(1 if strides and strides[d] == 0 else n for d, n in enumerate(shape))
    count = math.prod(base)
    size = count * dtype.itemsize
    if size > len(data) - at:
        raise WireError(f"a tensor of {size:,} bytes in a message that has {max(len(data) - at, 0):,} left")
    if not count:
        return torch.empty(shape, dtype=dtype), 0
    if dtype == torch.bool:  # a byte of 7 is no bool
        flat = torch.frombuffer(data, dtype=torch.uint8, count=count, offset=at) != 0
    else:
        flat = torch.frombuffer(data, dtype=dtype, count=count, offset=at).clone()
    if not strides:
        return flat.reshape(shape), size
    extent = 1 + sum((n - 1) * step for n, step in zip(base, strides, strict=True))
    storage = torch.zeros(extent, dtype=dtype)
    storage.as_strided(base, strides).copy_(flat.reshape(base))
    return storage.as_strided(shape, strides), size


def _header(code: int, shape: Sequence[int], strides: Sequence[int]) -> bytes:
    return START.pack(code, len(shape), bool(strides)) + struct.pack(f">{len(shape) + len(strides)}Q", *shape, *strides)


def _read_header(header: bytes) -> tuple[torch.dtype, tuple[int, ...], tuple[int, ...]]:
    if len(header) < START.size:
        raise WireError("a tensor without a header")
    code, dimensions, strided = START.unpack_from(header)
    if (
        code >= len(DTYPES)
        or dimensions > MAX_DIMENSIONS
        or strided > 1
        or len(header) != START.size + 8 * dimensions * (1 + strided)
    ):
        raise WireError("a tensor's header that does not fit itself")
    numbers = struct.unpack_from(f">{dimensions * (1 + strided)}Q", header, START.size)
    if any(n > MAX_LENGTH for n in numbers):
        raise WireError(f"a dimension of {max(numbers):,}")
    return DTYPES[code], numbers[:dimensions], numbers[dimensions:]


def _contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(math.prod(shape[d + 1 :]) for d in range(len(shape)))


def _room(shape: Sequence[int], strides: Sequence[int]) -> int:
    """How far apart the first and the last element may lie in what is sent: four places for each number."""
    return 64 + 4 * math.prod(n for n, step in zip(shape, strides, strict=True) if step)


def _first_of_expanded(strides: Sequence[int]) -> tuple[slice, ...]:
    return tuple(slice(0, 1) if step == 0 else slice(None) for step in strides)
