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

__all__ = ["MAX_BYTES", "Opaque", "Reader", "WireError", "decode", "encode", "frame", "send"]

CHUNK = 1 << 16


def frame(body: bytes) -> bytes:
    """A body with its length before it."""
    return LENGTH.pack(len(body)) + body


def send(sock: socket.socket, frames: bytes, deadline: float | None = None) -> None:
    """Send frames.

    deadline  a time of time.monotonic(); None waits for ever
    Raises TimeoutError; EOFError where the other side is gone.
    """
    try:
        sock.settimeout(_left(deadline))
        sock.sendall(frames)
    except ConnectionError:
        raise EOFError("the other side is gone") from None


class Reader:
    """Takes frames from a socket, of which nobody else may read."""

    def __init__(self, sock: socket.socket, max_bytes: int = MAX_BYTES):
        self.sock, self.max_bytes = sock, max_bytes
        self.buffer = bytearray()

    def body(self, deadline: float | None = None) -> bytearray:
        """The next body.

        deadline  a time of time.monotonic(), for the whole frame however slowly it drips; None waits for ever
        Raises TimeoutError; EOFError where the other side is gone; WireError for a length that is not allowed.
        """
        self._fill(LENGTH.size, deadline)
        size = LENGTH.unpack_from(self.buffer)[0]
        if size > self.max_bytes:
            raise WireError(f"a message of {size:,} bytes; at most {self.max_bytes:,}")
        end = LENGTH.size + size
        self._fill(end, deadline)
        body = self.buffer[LENGTH.size : end]
        del self.buffer[:end]
        return body

    def receive(self, deadline: float | None = None) -> Any:
        """The next message, decoded; raises as `body` does, and WireError for what is not a message."""
        return decode(self.body(deadline), max_bytes=self.max_bytes)

    def _fill(self, size: int, deadline: float | None) -> None:
        while len(self.buffer) < size:
            try:
                self.sock.settimeout(_left(deadline))
                got = self.sock.recv(max(CHUNK, min(size - len(self.buffer), 16 * CHUNK)))
            except ConnectionError:
                got = b""
            if not got:
                raise EOFError("the other side is gone")
            self.buffer += got


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left
