"""Bytes that want to hurt the decoder: huge, endless, nested, lying, truncated. Each is refused, soon and cheaply."""

from __future__ import annotations

import socket
import struct
import threading
import time
import tracemalloc
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import wire_arrays
from autograder import wire_format as f
from autograder.wire import Reader, WireError, decode, encode, frame, send

TWO = b"\x00\x00\x00\x02"


def body(skeleton: bytes, tail: bytes = b"") -> bytes:
    """A body around a skeleton, its length told truly."""
    start = f.MAGIC + f.COUNT.pack(len(skeleton)) + skeleton
    return start + (bytes(-len(start) % f.ALIGNMENT) + tail if tail else b"")


def ext(code: int, payload: bytes) -> bytes:
    """One msgpack extension."""
    return msgpack.packb(msgpack.ExtType(code, payload))


def tensor(code: int, shape: tuple[int, ...], strides: tuple[int, ...] = ()) -> bytes:
    """A tensor's extension with any header."""
    numbers = struct.pack(f">{len(shape + strides)}Q", *shape, *strides)
    return ext(f.TENSOR, wire_arrays.START.pack(code, len(shape), bool(strides)) + numbers)


def nested(depth: int) -> bytes:
    """Lists in lists."""
    inner = ext(f.LIST, bytes(4))
    for _ in range(depth):
        inner = ext(f.LIST, b"\x00\x00\x00\x01" + inner)
    return inner


FLOAT = wire_arrays.NAMES.index("float32")
HOSTILE = {
    "nothing": b"",
    "no message": b"hello world",
    "no skeleton": body(b""),
    "two values": body(b"\x01\x02"),
    "skeleton longer than the message": f.MAGIC + f.COUNT.pack(1 << 31) + b"\x01",
    "bytes left over": body(b"\x01", b"12345678"),
    "msgpack's array": body(msgpack.packb([1, 2])),
    "msgpack's array that lies": body(b"\xdd\xff\xff\xff\xff"),
    "msgpack's arrays that lie, nested": body(b"\xdd\x00\x0f\xff\xff" * 1000),
    "msgpack's map": body(msgpack.packb({1: 2})),
    "msgpack's map that lies": body(b"\xdf\xff\xff\xff\xff"),
    "string that lies": body(b"\xdb\xff\xff\xff\xff" + b"abc"),
    "extension that lies": body(b"\xc9\xff\xff\xff\xff\x01abc"),
    "reserved byte": body(b"\xc1"),
    "timestamp": body(msgpack.packb(msgpack.Timestamp(1))),
    "unknown extension": body(ext(99, b"abc")),
    "count without values": body(ext(f.LIST, b"\xff\xff\xff\xff")),
    "count too low": body(ext(f.LIST, TWO + b"\x01\x01\x01")),
    "count too high": body(ext(f.LIST, TWO + b"\x01")),
    "truncated last value": body(ext(f.LIST, TWO + b"\x01\xdb\x00\x00")),
    "no count": body(ext(f.LIST, b"\x00")),
    "key without value": body(ext(f.DICT, b"\x00\x00\x00\x01" + b"\x01")),
    "list as key": body(ext(f.DICT, TWO + ext(f.LIST, bytes(4)) + b"\x01")),
    "list in a set": body(ext(f.SET, b"\x00\x00\x00\x01" + ext(f.LIST, bytes(4)))),
    "nested 65 deep": body(nested(f.MAX_DEPTH)),
    "nested 5,000 deep": body(nested(5000)),
    "huge int": body(ext(f.BIG_INT, b"\x7f" * 1000)),
    "opaque with a long name": body(ext(f.OPAQUE, b"x" * 1000)),
    "opaque that is no text": body(ext(f.OPAQUE, b"\xff\xfe")),
    "tensor without header": body(ext(f.TENSOR, b"")),
    "tensor without bytes": body(tensor(FLOAT, (3,))),
    "tensor of too few bytes": body(tensor(FLOAT, (3,)), b"12345678"),
    "tensor of too many bytes": body(tensor(FLOAT, (1,)), b"12345678"),
    "tensor of no type": body(tensor(77, (1,)), b"1234"),
    "tensor of many dimensions": body(tensor(FLOAT, (1,) * 17), b"1234"),
    "negative size": body(tensor(FLOAT, ((1 << 64) - 1,)), b"1234"),
    "sizes whose product overflows": body(tensor(FLOAT, (1 << 32, 1 << 32)), b"1234"),
    "empty and endless": body(tensor(FLOAT, (0, 1 << 63))),
    "expanded without end": body(tensor(FLOAT, (1 << 35,), (0,)), b"1234"),
    "strides that overlap": body(tensor(FLOAT, (2, 2), (1, 1)), b"1234" * 4),
    "strides far apart": body(tensor(FLOAT, (2, 2), (1, 1 << 40)), b"1234" * 4),
    "strides of a contiguous tensor": body(tensor(FLOAT, (2, 2), (2, 1)), b"1234" * 4),
    "strides left out": body(ext(f.TENSOR, wire_arrays.START.pack(FLOAT, 1, 1) + struct.pack(">Q", 1)), b"1234"),
    "bfloat16 array": body(ext(f.ARRAY, wire_arrays.START.pack(12, 1, 0) + struct.pack(">Q", 2)), b"1234"),
    "scalar of two": body(ext(f.NUMPY_SCALAR, wire_arrays.START.pack(FLOAT, 1, 0) + struct.pack(">Q", 2)), b"12345678"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_are_refused_soon_and_cheaply(data: bytes) -> None:
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(WireError):
        decode(data)
    seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 16 << 20


def test_many_empty_containers_are_refused_before_they_fill_memory() -> None:
    count = 1_500_000
    with pytest.raises(WireError, match="more values"):
        decode(body(ext(f.LIST, f.COUNT.pack(count) + b"\xc0" * count)))


def test_deep_and_wide_is_refused_before_it_is_copied_often() -> None:
    payload = b"\xdb" + struct.pack(">I", 8 << 20) + b"x" * (8 << 20)
    for _ in range(40):
        payload = ext(f.LIST, b"\x00\x00\x00\x01" + payload)
    with pytest.raises(WireError):
        decode(body(payload))


def test_keys_that_collide_run_into_the_clock() -> None:
    period = (1 << 61) - 1  # ints that differ by it have one hash
    keys = b"".join(
        msgpack.packb(i) if i < 1 << 64 else ext(f.BIG_INT, i.to_bytes(12, "big", signed=True))
        for i in range(1, 20_000 * period, period)
    )
    started = time.perf_counter()
    with pytest.raises(WireError, match="too long"):
        decode(body(ext(f.SET, f.COUNT.pack(20_000) + keys)), seconds=0.5)
    assert time.perf_counter() - started < 2


def test_a_bool_is_true_or_false_whatever_its_byte() -> None:
    x = decode(body(tensor(0, (3,)), bytes([0, 1, 7])))
    assert x.view(torch.uint8).tolist() == [0, 1, 1]


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_a_changed_or_shortened_message_is_refused_or_plain(data: st.DataObject) -> None:
    sound = encode({"a": torch.arange(6.0).reshape(2, 3).t(), "b": [1, (2, "x"), {3}], 4: np.arange(3), "c": 2**80})
    end = data.draw(st.integers(0, len(sound)))
    broken = bytearray(sound[:end])
    for place in data.draw(st.lists(st.integers(0, max(end - 1, 0)), max_size=4)):
        if broken:
            broken[place] = data.draw(st.integers(0, 255))
    try:
        value = decode(broken)
    except WireError:
        return
    encode(value)  # plain, if not what was sent


@given(st.binary(max_size=60))
@settings(deadline=None, max_examples=300)
def test_random_skeletons_are_refused_or_plain(skeleton: bytes) -> None:
    try:
        encode(decode(body(skeleton)))
    except WireError:
        assert skeleton is not None


# Frames on a socket


def soon() -> float:
    """A deadline that a sound exchange meets."""
    return time.monotonic() + 10


def test_frames_go_over_a_socket_in_order() -> None:
    a, b = socket.socketpair()
    values = [{"x": list(range(1000)), "y": "text"}, torch.zeros(1000, 1000), 3, (4, None)]
    with a, b:
        sender = threading.Thread(target=send, args=(a, b"".join(frame(encode(value)) for value in values), soon()))
        sender.start()
        reader = Reader(b)
        got = [reader.receive(soon()) for _ in values]
        sender.join()
    assert got[1].equal(values[1])
    assert [got[0], *got[2:]] == [values[0], *values[2:]]


@pytest.mark.parametrize(
    "sent", [b"", b"\0\0\0", f.LENGTH.pack(100) + b"abc"], ids=["nothing", "half a length", "half a body"]
)
def test_a_frame_that_breaks_off(sent: bytes) -> None:
    a, b = socket.socketpair()
    with b:
        a.sendall(sent)
        a.close()
        with pytest.raises(EOFError):
            Reader(b).receive(soon())


def test_a_frame_longer_than_allowed_is_refused_by_its_length() -> None:
    a, b = socket.socketpair()
    with a, b:
        a.sendall(f.LENGTH.pack(1 << 62))
        with pytest.raises(WireError, match="at most"):
            Reader(b).receive(soon())


def test_a_frame_that_drips_for_ever_meets_its_deadline() -> None:
    a, b = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        a.sendall(f.LENGTH.pack(1 << 20))
        for _ in range(200):
            if stop.wait(0.02):
                break
            a.sendall(b"x")

    with a, b:
        dripping = threading.Thread(target=drip)
        dripping.start()
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            Reader(b).receive(started + 0.3)
        assert time.monotonic() - started < 2
        stop.set()
        dripping.join()


def test_a_reader_that_does_not_read_meets_the_deadline_too() -> None:
    a, b = socket.socketpair()
    with a, b, pytest.raises(TimeoutError):
        send(a, b"x" * (8 << 20), time.monotonic() + 0.2)


def test_sending_to_nobody() -> None:
    a, b = socket.socketpair()
    b.close()
    with a, pytest.raises(EOFError):
        send(a, frame(encode(list(range(10)))), soon())


def test_a_receiver_may_set_its_own_bounds() -> None:
    message: Any = encode([[1, 2], [3]])
    assert decode(message, max_depth=2, max_items=8) == [[1, 2], [3]]
    for bounds in ({"max_depth": 1}, {"max_items": 4}, {"max_bytes": 20}):
        with pytest.raises(WireError):
            decode(message, **bounds)  # type: ignore[arg-type]
