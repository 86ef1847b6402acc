"""Plain data as bytes: all that ever travels between checker and child. Never pickle.

A frame on a socket is its length (8 bytes, big-endian) and a body; `wire_format` says what a body is. The same encoding
makes fresh copies: `decode(encode(case))` shares nothing with `case`.
"""

from __future__ import annotations

import socket
import time
from typing import Any

from autograder.wire_decode import decode
from autograder.wire_encode import encode
from autograder.wire_format import LENGTH, MAX_BYTES, Opaque, WireError

__all__ = ["MAX_BYTES", "Opaque", "WireError", "decode", "encode", "receive", "send"]


def send(sock: socket.socket, obj: Any, deadline: float | None = None, *, max_bytes: int = MAX_BYTES) -> None:
    """Send one frame.

    deadline  a time of time.monotonic(); None waits for ever
    Raises TimeoutError, EOFError where the other side is gone, WireError where `obj` is too large.
    """
    body = encode(obj, max_bytes=max_bytes)
    try:
        sock.settimeout(_left(deadline))
        sock.sendall(LENGTH.pack(len(body)) + body)
    except (BrokenPipeError, ConnectionError):
        raise EOFError("the other side is gone") from None


def receive(sock: socket.socket, deadline: float | None = None, *, max_bytes: int = MAX_BYTES, **bounds: Any) -> Any:
    """Receive one frame and decode it; `bounds` are those of `decode`.

    deadline  a time of time.monotonic(), for the whole frame however slowly it drips; None waits for ever
    Raises TimeoutError, EOFError where the other side is gone, WireError for what is not a message.
    """
    size = LENGTH.unpack(_exactly(sock, LENGTH.size, deadline))[0]
    if size > max_bytes:
        raise WireError(f"a message of {size:,} bytes; at most {max_bytes:,}")
    return decode(_exactly(sock, size, deadline), max_bytes=max_bytes, **bounds)


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytearray:
    data = bytearray(size)
    view, at = memoryview(data), 0
    while at < size:
        try:
            sock.settimeout(_left(deadline))
            got = sock.recv_into(view[at:])
        except ConnectionError:
            got = 0
        if not got:
            raise EOFError("the other side is gone")
        at += got
    return data


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left
