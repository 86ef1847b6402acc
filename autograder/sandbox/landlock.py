"""Landlock: from one call on, this process opens the files of a list and no others; no TCP, no signals to others.

What it forbids, newest last: files and folders (ABI 1), renaming between folders (2), cutting files short (3), TCP
ports (4), device ioctls (5), abstract Unix sockets and signals to processes outside (6). It does not forbid to ask
whether a file exists, for its size and its time. See the kernel's own documentation, userspace-api/landlock.rst.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox.kernel import prctl, syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION, PATH_BENEATH = 1, 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = (1 << bit for bit in (0, 1, 2, 3, 14, 15))
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_SYM, REFER = (1 << bit for bit in (4, 5, 7, 8, 12, 13))
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # ABI: how many rights on files it knows
TCP = 1 << 0 | 1 << 1  # bind, connect
SCOPES = 1 << 0 | 1 << 1  # abstract Unix sockets, signals

LIST = READ_DIR
READ = READ_FILE | READ_DIR | EXECUTE
READ_WRITE = READ_FILE | WRITE_FILE
OWN = READ_WRITE | READ_DIR | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER

Rule = tuple[str, int]  # a path, and the rights to it and all below it


def abi() -> int:
    """The version of Landlock that the kernel offers; 0 where it has none."""
    with contextlib.suppress(OSError):
        return syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    return 0


def restrict(rules: Iterable[Rule], version: int) -> None:
    """Hold this process, and what it starts, to `rules` for the rest of its life.

    rules    what may be opened; a path that does not exist is passed over
    version  of the kernel's Landlock, from `abi`

    Raises OSError where the kernel refuses: then nothing is restricted.
    """
    rights = (1 << FILE_RIGHTS.get(version, 16)) - 1
    words = (rights, *([TCP] if version >= 4 else []), *([SCOPES] if version >= 6 else []))
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for path, wanted in rules:
            _allow(ruleset, path, wanted & rights)
        prctl(PR_SET_NO_NEW_PRIVS, 1)  # the kernel asks for it
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_FILES
        syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)
