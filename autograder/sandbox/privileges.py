"""No rights beyond those of a stranger: no capability, nothing gained by set-uid programs, and root becomes nobody.

Root's limits on threads do not count, and root's files are open to it. So where the checker runs as root, a child runs
as the user nobody. Where the interpreter itself lies in a folder that is closed to others, as in root's own home, one
capability stays, to read files whoever owns them; what may be read is then Landlock's or bubblewrap's part.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox.kernel import call, prctl

NOBODY = 65534
CHOWN, DAC_READ_SEARCH, SETGID, SETUID, SYS_ADMIN = 0, 2, 6, 7, 21
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS = 1, 4, 8, 38
CAPABILITY_VERSION = 0x20080522


def stranger() -> int | None:
    """The user that a child becomes: nobody where this is root and can, else None."""
    if not hasattr(os, "geteuid") or os.geteuid() or not has(CHOWN, SETGID, SETUID):
        return None
    with contextlib.suppress(OSError, ValueError):  # a namespace may not know that user
        for line in Path("/proc/self/uid_map").read_text().splitlines():
            first, _, count = map(int, line.split())
            if first <= NOBODY < first + count:
                return NOBODY
    return None


def has(*capabilities: int) -> bool:
    """Whether this process holds all these capabilities."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("CapEff:"):
                held = int(line.split()[1], 16)
                return all(held >> number & 1 for number in capabilities)
    return False


def open_to_all(paths: Iterable[str]) -> bool:
    """Whether every user may enter and read these folders."""
    for path in {Path(path).resolve() for path in paths}:
        if not path.stat().st_mode & 0o004 or not all(folder.stat().st_mode & 0o001 for folder in path.parents):
            return False
    return True


def give_up(user: int | None, *, reads_all: bool) -> None:
    """Become the user, where one is named, and drop every capability but, where it must, the one to read."""
    kept = 0
    if user is not None:
        kept = 1 << DAC_READ_SEARCH if reads_all else 0
        prctl(PR_SET_KEEPCAPS, int(reads_all))
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    call("capset", header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))  # effective, permitted, inheritable


def lock(parent: int | None) -> None:
    """Gain nothing from programs, be looked into by nobody, die with `parent`: a change of user undoes the last two."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    if parent is not None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
