"""Become an ordinary user, where this is root: to be run in a process of its own.

One capability stays, to read files whoever owns them: the interpreter may lie in root's own folder. It lets nobody
raise a limit, signal a process or look into one.
"""

from __future__ import annotations

import ctypes
import os

NOBODY = 65534
DAC_READ_SEARCH = 2
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2
VERSION_3 = 0x20080522


def become_ordinary() -> None:
    """Set user and group to nobody; no effect where this is an ordinary user already."""
    if os.getuid():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    os.setgroups([])
    os.setgid(NOBODY)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setuid(NOBODY)
    bit = 1 << DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    if libc.capset(header, sets) or libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, DAC_READ_SEARCH, 0, 0):
        raise OSError(ctypes.get_errno(), "no capability to read files")
