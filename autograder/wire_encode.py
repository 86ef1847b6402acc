"""The encoder: lenient. It strips subclasses, gradients and devices, and names what is not plain data."""

from __future__ import annotations

import itertools
from typing import Any

import msgpack
import numpy as np
import torch

from autograder import wire_arrays as arrays
from autograder import wire_format as f
from autograder.wire_format import WireError

CODES = {kind: code for code, kind in f.CONTAINERS.items()}


def encode(obj: Any, *, max_bytes: int = f.MAX_BYTES) -> bytes:
    """The bytes of plain data: None, bool, int, float, str, bytes, tensors, arrays, and containers of these.

    Subclasses arrive as the plain class, tensors detached and on the CPU; anything else as an `Opaque`.
    Raises WireError where the whole is larger than a message may be.
    """
    encoder = _Encoder(max_bytes)
    skeleton = encoder.value(obj, 0)
    parts: list[bytes | memoryview] = [f.MAGIC, f.COUNT.pack(len(skeleton)), skeleton]
    at = len(f.MAGIC) + f.COUNT.size + len(skeleton)
    for raw in encoder.buffers:
        parts += [bytes(-at % f.ALIGNMENT), raw]
        at += -at % f.ALIGNMENT + len(raw)
    if at > max_bytes or len(skeleton) > f.MAX_SKELETON:
        raise WireError(
            f"a value of {at:,} bytes, {len(skeleton):,} of them not in tensors; "
            f"at most {max_bytes:,} and {f.MAX_SKELETON:,}"
        )
    return b"".join(parts)


class _Encoder:
    def __init__(self, max_bytes: int):
        self.packer = _packer()
        self.buffers: list[memoryview] = []
        self.items = 0
        self.room = max_bytes

    def value(self, obj: Any, depth: int) -> bytes:
        kind = type(obj)
        if kind is int:
            return self.integer(obj)
        if kind in f.SCALARS:
            return self.packer.pack(obj)
        if kind in CODES:
            return self.container(obj, CODES[kind], depth)
        if isinstance(obj, torch.Tensor):
            return self.block(f.TENSOR, arrays.from_tensor(obj), kind)
        if isinstance(obj, np.ndarray):
            return self.block(f.ARRAY, arrays.from_array(obj), kind)
        if isinstance(obj, np.generic) and obj.dtype.name in arrays.NAMES:
            return self.block(f.NUMPY_SCALAR, arrays.from_array(np.asarray(obj)), kind)
        if isinstance(obj, int):  # the plain class's own method: a subclass may have overridden it
            return self.integer(int.__int__(obj))
        if isinstance(obj, float):
            return self.packer.pack(float.__float__(obj))
        if isinstance(obj, str):
            return self.packer.pack(str.__str__(obj))
        for base, code in CODES.items():
            if isinstance(obj, base):
                return self.container(obj, code, depth)
        return self.opaque(kind.__name__)

    def integer(self, obj: int) -> bytes:
        if -(1 << 63) <= obj < 1 << 64:
            return self.packer.pack(obj)
        if obj.bit_length() >= f.MAX_INT_BITS:
            return self.opaque(f"int of {obj.bit_length()} bits")
        return self.extension(f.BIG_INT, obj.to_bytes(obj.bit_length() // 8 + 1, "big", signed=True))

    def container(self, obj: Any, code: int, depth: int) -> bytes:
        if depth >= f.MAX_DEPTH:
            return self.opaque(f"{type(obj).__name__} nested more than {f.MAX_DEPTH} deep")
        if code == f.DICT:
            items = list(itertools.chain.from_iterable(dict.items(obj)))
        else:
            items = list(f.CONTAINERS[code].__iter__(obj))  # type: ignore[attr-defined]
        self.items += len(items) + 1
        if self.items > f.MAX_ITEMS:
            raise WireError(f"more than {f.MAX_ITEMS:,} values in lists, dicts and the like")
        return self.extension(code, f.COUNT.pack(len(items)) + self.joined(items, depth))

    def joined(self, items: list[Any], depth: int) -> bytes:
        if set(map(type, items)) <= f.SCALARS:
            try:  # all at once in C; the header of msgpack's own array is cut off again
                return self.packer.pack(items)[1 if len(items) < 16 else 3 if len(items) < 1 << 16 else 5 :]
            except OverflowError:  # an int of more than 64 bits
                self.packer = _packer()
        return b"".join([self.value(item, depth + 1) for item in items])

    def block(self, code: int, block: arrays.Block | str, kind: type) -> bytes:
        if isinstance(block, str):
            return self.opaque(f"{kind.__name__}, {block}")
        self.room -= len(block.raw)
        if self.room < 0:
            raise WireError("tensors of more bytes than a message may have")
        self.buffers.append(block.raw)
        return self.extension(code, block.header)

    def opaque(self, name: str) -> bytes:
        return self.extension(f.OPAQUE, name[: f.MAX_NAME].encode("utf-8", "replace"))

    def extension(self, code: int, payload: bytes) -> bytes:
        if len(payload) > f.MAX_SKELETON:
            raise WireError(f"a value of more than {f.MAX_SKELETON:,} bytes beside its tensors")
        return self.packer.pack(msgpack.ExtType(code, payload))


def _packer() -> msgpack.Packer:
    return msgpack.Packer(unicode_errors="surrogatepass")
