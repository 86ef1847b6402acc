"""Plain data as bytes: all that ever travels between the checker and a child. Never pickle.

A frame on a socket is its length (8 bytes, big-endian) and a body. A body is

    "NB1\\0" | length of the skeleton (4 bytes) | skeleton | the raw bytes of each tensor, each from a multiple of 16

The skeleton is msgpack. Scalars are msgpack's own; every container, tensor and array is an extension whose length msgpack
holds against what is there. msgpack's own arrays and maps are refused: their headers can promise more than follows.
The encoder is lenient: it strips subclasses, gradients and devices, and names what is not plain data (`Opaque`). The
decoder trusts nothing: sizes, depth, counts, types, shapes and its own time are bounded before memory is taken.
"""

from __future__ import annotations

import itertools
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np
import torch

from autograder import wire_arrays as arrays
from autograder.wire_arrays import WireError

__all__ = ["MAX_BYTES", "Opaque", "WireError", "decode", "encode", "receive", "send"]

MAGIC = b"NB1\0"
MAX_BYTES = 64 << 20  # one body
MAX_SKELETON = 16 << 20  # of it, all but the tensors
MAX_DEPTH = 64
MAX_ITEMS = 1_000_000  # values in all containers together
MAX_INT_BITS = 4096  # under Python's own limit for printing an int
DECODE_SECONDS = 5.0
ALIGNMENT = 16

LIST, TUPLE, SET, FROZENSET, DICT, BIG_INT, TENSOR, ARRAY, NUMPY_SCALAR, OPAQUE = range(1, 11)
CONTAINERS = {LIST: list, TUPLE: tuple, SET: set, FROZENSET: frozenset, DICT: dict}
CODES = {kind: code for code, kind in CONTAINERS.items()}
SCALARS = frozenset({type(None), bool, int, float, str, bytes})
LENGTH = struct.Struct(">Q")
COUNT = struct.Struct(">I")


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data; `type_name` says what it was."""

    type_name: str


class _Encoder:
    def __init__(self, max_bytes: int):
        self.pack = msgpack.Packer(unicode_errors="surrogatepass").pack
        self.buffers: list[memoryview] = []
        self.items = 0
        self.room = max_bytes

    def value(self, obj: Any, depth: int = 0) -> bytes:
        kind = type(obj)
        if kind is int:
            return self.integer(obj)
        if kind in SCALARS:
            return self.pack(obj)
        if kind in CODES:
            return self.container(obj, CODES[kind], depth)
        if isinstance(obj, torch.Tensor):
            return self.block(TENSOR, arrays.from_tensor(obj), kind)
        if isinstance(obj, np.ndarray):
            return self.block(ARRAY, arrays.from_array(obj), kind)
        if isinstance(obj, np.generic) and obj.dtype.name in arrays.NAMES:
            return self.block(NUMPY_SCALAR, arrays.from_array(np.asarray(obj)), kind)
        for base in (int, float, str):  # the class's own method: a subclass may have broken its override
            if isinstance(obj, base):
                return self.value({int: int.__int__, float: float.__float__, str: str.__str__}[base](obj))
        for base, code in CODES.items():
            if isinstance(obj, base):
                return self.container(obj, code, depth)
        return self.opaque(kind.__name__)

    def integer(self, obj: int) -> bytes:
        if -(1 << 63) <= obj < 1 << 64:
            return self.pack(obj)
        if obj.bit_length() > MAX_INT_BITS:
            return self.opaque(f"int of {obj.bit_length()} bits")
        return _extension(BIG_INT, obj.to_bytes(obj.bit_length() // 8 + 1, "big", signed=True))

    def container(self, obj: Any, code: int, depth: int) -> bytes:
        if depth >= MAX_DEPTH:
            return self.opaque(f"{type(obj).__name__} nested more than {MAX_DEPTH} deep")
        if code == DICT:
            items = list(itertools.chain.from_iterable(dict.items(obj)))
        else:
            items = list(CONTAINERS[code].__iter__(obj))
        self.items += len(items)
        if self.items > MAX_ITEMS:
            raise WireError(f"more than {MAX_ITEMS:,} values")
        return _extension(code, COUNT.pack(len(items)) + self.joined(items, depth))

    def joined(self, items: list[Any], depth: int) -> bytes:
        if set(map(type, items)) <= SCALARS:
            try:  # all at once in C; the header of msgpack's array is cut off again
                return self.pack(items)[1 if len(items) < 16 else 3 if len(items) < 1 << 16 else 5:]
            except OverflowError:  # an int of more than 64 bits
                self.pack = msgpack.Packer(unicode_errors="surrogatepass").pack
        return b"".join([self.value(item, depth + 1) for item in items])

    def block(self, code: int, block: arrays.Block | str, kind: type) -> bytes:
        if isinstance(block, str):
            return self.opaque(f"{kind.__name__} ({block})")
        self.room -= len(block.raw) + ALIGNMENT
        if self.room < 0:
            raise WireError("tensors too large")
        self.buffers.append(block.raw)
        return _extension(code, b"".join(map(self.pack, block.header)))

    def opaque(self, name: str) -> bytes:
        return _extension(OPAQUE, str(name)[:200].encode("utf-8", "replace"))


def _extension(code: int, payload: bytes) -> bytes:
    if len(payload) > MAX_SKELETON:
        raise WireError(f"more than {MAX_SKELETON:,} bytes beside the tensors")
    return msgpack.packb(msgpack.ExtType(code, payload))


def encode(obj: Any, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a value made of None, bool, int, float, str, bytes, list, tuple, dict, set, frozenset, tensors and arrays.

    Subclasses arrive as the plain class, tensors detached on the CPU with their strides; anything else as an `Opaque`.
    Raises WireError where the whole is larger than a frame may be.
    """
    encoder = _Encoder(max_bytes)
    skeleton = encoder.value(obj)
    parts: list[bytes | memoryview] = [MAGIC, COUNT.pack(len(skeleton)), skeleton]
    at = len(MAGIC) + COUNT.size + len(skeleton)
    for raw in encoder.buffers:
        parts += [bytes(-at % ALIGNMENT), raw]
        at += -at % ALIGNMENT + len(raw)
    if at > max_bytes or len(skeleton) > MAX_SKELETON:
        raise WireError(f"{at:,} bytes, of which {len(skeleton):,} are no tensors; at most {max_bytes:,} and {MAX_SKELETON:,}")
    return b"".join(parts)


class _Decoder:
    def __init__(self, data: bytes | bytearray, max_bytes: int, max_depth: int, max_items: int, seconds: float):
        if len(data) > max_bytes:
            raise WireError(f"{len(data):,} bytes; at most {max_bytes:,}")
        start = len(MAGIC) + COUNT.size
        if len(data) < start or data[: len(MAGIC)] != MAGIC:
            raise WireError("not a message")
        size = COUNT.unpack_from(data, len(MAGIC))[0]
        if size > min(len(data) - start, MAX_SKELETON):
            raise WireError("the skeleton is longer than the message, or than it may be")
        self.data, self.skeleton, self.at = data, bytes(data[start: start + size]), start + size
        self.depth, self.max_depth, self.items_left, self.room = 0, max_depth, max_items, max_bytes
        self.copies_left = 8 * max(size, 1 << 20)  # every level of nesting copies its content once
        self.until = time.monotonic() + seconds

    def whole(self) -> Any:
        value = self.values(self.skeleton, 1)[0]
        if self.at != len(self.data):
            raise WireError("bytes left over after the last tensor")
        return value

    def values(self, payload: bytes, count: int) -> list[Any]:
        self.items_left -= count + 1
        self.copies_left -= len(payload)
        if self.items_left < 0 or self.copies_left < 0 or count > len(payload) or self.depth > self.max_depth:
            raise WireError("too many values, nested too deep, or fewer than promised")
        self.in_time()
        unpacker = msgpack.Unpacker(ext_hook=self.extension, strict_map_key=False, unicode_errors="surrogatepass",
                                    max_array_len=0, max_map_len=0, max_buffer_size=max(len(payload), 1))
        unpacker.feed(payload)
        values = list(itertools.islice(unpacker, count))
        if len(values) != count or unpacker.tell() != len(payload):
            raise WireError(f"{count} values promised, other bytes found")
        if msgpack.Timestamp in set(map(type, values)):
            raise WireError("a timestamp is not plain data")
        return values

    def extension(self, code: int, payload: bytes) -> Any:
        if code in CONTAINERS:
            if len(payload) < COUNT.size:
                raise WireError("a container without its count")
            self.depth += 1
            values = self.values(payload[COUNT.size:], COUNT.unpack_from(payload)[0])
            self.depth -= 1
            return self.container(code, values)
        if code in (TENSOR, ARRAY, NUMPY_SCALAR):
            return self.block(code, payload)
        if code == BIG_INT and 0 < len(payload) <= MAX_INT_BITS // 8 + 1:
            return int.from_bytes(payload, "big", signed=True)
        if code == OPAQUE and len(payload) <= 800:
            return Opaque(payload.decode("utf-8"))
        raise WireError(f"extension {code} of {len(payload)} bytes")

    def container(self, code: int, values: list[Any]) -> Any:
        if code in (LIST, TUPLE):
            return values if code == LIST else tuple(values)
        if code == DICT:
            if len(values) % 2:
                raise WireError("a key without a value")
            pairs: dict[Any, Any] = {}
            for chunk in _chunks(zip(values[::2], values[1::2], strict=True)):  # chosen keys could collide, quadratically
                pairs.update(chunk)
                self.in_time()
            return pairs
        members: set[Any] = set()
        for chunk in _chunks(values):
            members.update(chunk)
            self.in_time()
        return members if code == SET else frozenset(members)

    def block(self, code: int, payload: bytes) -> Any:
        header = self.values(payload, min(len(payload), payload[1] + 2 if len(payload) > 1 else 0, 99)) \
            if False else arrays.read_header(payload)
        self.at += -self.at % ALIGNMENT
        tensor, used = arrays.build(header, self.data, self.at, self.room)
        self.at += used
        self.room -= tensor.numel() * tensor.element_size()
        if code == TENSOR:
            return tensor
        array = tensor.numpy()
        if code == NUMPY_SCALAR and array.ndim:
            raise WireError("a scalar with dimensions")
        return array if code == ARRAY else array[()]

    def in_time(self) -> None:
        if time.monotonic() > self.until:
            raise WireError("takes too long to read")
