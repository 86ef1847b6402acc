"""Find and kill processes that the zygote has not reaped yet, so that no pid is mistaken for another."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def children_of(parent: int, *, newer_only: bool) -> list[int]:
    """The pids of a process's children; newer_only spares a look at all processes older than it."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and (int(name) > parent or not newer_only):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent and fields[0] != "Z":
                    found.append(int(name))
    return found


def kill(pid: int) -> None:
    """The process, which is not reaped yet, and all of its group."""
    kill_group(pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """All processes of the group that a process led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
