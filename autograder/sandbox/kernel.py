"""The C library's door to the kernel, for the calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

LINUX = sys.platform.startswith("linux")
_libc: ctypes.CDLL | None = ctypes.CDLL(None, use_errno=True) if LINUX else None


def call(name: str, *arguments: Any) -> int:
    """Call a function of the C library; its result. Raises OSError where it is negative, and off Linux."""
    if _libc is None:
        raise OSError(f"{name} is a call of Linux, and this is {sys.platform}")
    result = int(getattr(_libc, name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: Any) -> int:
    """A system call by its number."""
    return call("syscall", ctypes.c_long(number), *arguments)


def prctl(option: int, *values: Any) -> int:
    """prctl(2), with the values that are not given 0."""
    given = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in values]
    return call("prctl", option, *given, *[ctypes.c_ulong(0)] * (4 - len(given)))
