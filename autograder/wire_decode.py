"""The decoder: it trusts nothing. Sizes, depth, counts, types, shapes and its own time are bounded."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgpack

from autograder import wire_arrays as arrays
from autograder import wire_format as f
from autograder.wire_format import Opaque, WireError


def decode(
    data: bytes | bytearray,
    *,
    max_bytes: int = f.MAX_BYTES,
    max_depth: int = f.MAX_DEPTH,
    max_items: int = f.MAX_ITEMS,
    seconds: float = 5.0,
) -> Any:
    """The value of a body. Every tensor, array and container in it is new.

    max_bytes  of the body, and of its tensors counted with their expanded dimensions
    max_depth  containers in containers
    max_items  values in all containers together; a container counts for one more than it holds
    seconds    time for the whole: keys chosen to collide would make a small dict slow
    Raises WireError, and nothing else, for bytes that are not a message.
    """
    try:
        return _Decoder(
            bytearray(data) if isinstance(data, bytes) else data, max_bytes, max_depth, max_items, seconds
        ).whole()
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RuntimeError, msgpack.UnpackException) as error:
        raise WireError(f"not a message: {type(error).__name__}") from None


class _Decoder:
    def __init__(self, data: bytearray, max_bytes: int, max_depth: int, max_items: int, seconds: float):
        start = len(f.MAGIC) + f.COUNT.size
        if len(data) > max_bytes:
            raise WireError(f"a message of {len(data):,} bytes; at most {max_bytes:,}")
        if len(data) < start or not data.startswith(f.MAGIC):
            raise WireError("not a message")
        size = f.COUNT.unpack_from(data, len(f.MAGIC))[0]
        if size > min(len(data) - start, f.MAX_SKELETON):
            raise WireError("a skeleton longer than the message, or than it may be")
        self.data, self.skeleton, self.at = data, bytes(data[start : start + size]), start + size
        self.depth, self.max_depth, self.items_left, self.room = 0, max_depth, max_items + 2, max_bytes
        self.copies_left = 8 * max(size, 1 << 20)  # each level of nesting copies its content once
        self.until = time.monotonic() + seconds

    def whole(self) -> Any:
        value = self.values(self.skeleton, 1)[0]
        if self.at != len(self.data):
            raise WireError("bytes left over after the last tensor")
        return value

    def values(self, payload: bytes, count: int) -> list[Any]:
        """Exactly `count` values, which fill the payload."""
        self.items_left -= count + 1
        self.copies_left -= len(payload)
        if count > len(payload) or self.items_left < 0 or self.copies_left < 0:
            raise WireError("more values than a message may have, or than follow")
        self.in_time()
        unpacker = msgpack.Unpacker(
            ext_hook=self.extension,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            max_array_len=0,
            max_map_len=0,
            max_buffer_size=max(len(payload), 1),
        )
        unpacker.feed(payload)
        values = list(itertools.islice(unpacker, count))
        if len(values) != count or unpacker.tell() != len(payload):
            raise WireError(f"{count} values promised, something else found")
        if msgpack.Timestamp in set(map(type, values)):
            raise WireError("a timestamp is not plain data")
        return values

    def extension(self, code: int, payload: bytes) -> Any:
        if code in f.CONTAINERS:
            if len(payload) < f.COUNT.size or self.depth >= self.max_depth:
                raise WireError(f"containers nested more than {self.max_depth} deep, or one without its count")
            self.depth += 1
            values = self.values(payload[f.COUNT.size :], f.COUNT.unpack_from(payload)[0])
            self.depth -= 1
            return self.container(code, values)
        if code in (f.TENSOR, f.ARRAY, f.NUMPY_SCALAR):
            return self.block(code, payload)
        if code == f.BIG_INT and len(payload) <= f.MAX_INT_BITS // 8:
            return int.from_bytes(payload, "big", signed=True)
        if code == f.OPAQUE and len(payload) <= 4 * f.MAX_NAME:
            return Opaque("".join(c if c.isprintable() else "?" for c in payload.decode("utf-8")))
        raise WireError(f"an extension {code} of {len(payload)} bytes")

    def container(self, code: int, values: list[Any]) -> Any:
        if code in (f.LIST, f.TUPLE):
            return values if code == f.LIST else tuple(values)
        if code == f.DICT:
            if len(values) % 2:
                raise WireError("a key without a value")
            pairs: dict[Any, Any] = {}
            for chunk in self.chunks(zip(values[::2], values[1::2], strict=True)):
                pairs.update(chunk)
            return pairs
        members: set[Any] = set()
        for chunk in self.chunks(values):
            members.update(chunk)
        return members if code == f.SET else frozenset(members)

    def chunks(self, values: Iterable[Any]) -> Iterator[list[Any]]:
        """256 at a time, with a look at the clock: keys that all collide would otherwise take for ever."""
        rest = iter(values)
        while chunk := list(itertools.islice(rest, 256)):
            self.in_time()
            yield chunk

    def block(self, code: int, header: bytes) -> Any:
        self.at += -self.at % f.ALIGNMENT
        tensor, used = arrays.build(header, self.data, self.at, self.room)
        self.at += used
        self.room -= tensor.numel() * tensor.element_size()
        if code == f.TENSOR:
            return tensor
        array = tensor.numpy()
        if code == f.NUMPY_SCALAR and array.ndim:
            raise WireError("a scalar with dimensions")
        return array if code == f.ARRAY else array[()]

    def in_time(self) -> None:
        if time.monotonic() > self.until:
            raise WireError("a message that takes too long to read")
