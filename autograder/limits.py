"""What a child may use, and the plain means of the operating system that hold it to that.

On Linux the memory limit is RLIMIT_AS, set to what the warm process maps already plus an allowance: it stops a tensor
that is too large, a growing list and a shared mapping alike, where RLIMIT_DATA lets the shared mapping through. Threads
reserve address space too: with MALLOC_ARENA_MAX=1, which `interpreter` sets, 8 MB each. Root can raise its limits;
the wall clock, which the checker holds, stops what these do not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True)
class Limits:
    """Bounds of one child.

    seconds         wall clock of one probe on one case, where the call names no other
    cells_seconds   wall clock of all cells together
    cpu_seconds     processor time of the child's whole life
    memory_bytes    address space beyond what the warm process maps
    file_bytes      the largest file that it may write
    folder_bytes    all that it may write, and `folder_files` in how many files and folders
    open_files      descriptors at once
    processes       processes and threads of the same user beyond those at the start; root is not held to it
    frame_bytes     one message, in either direction
    output_bytes    what is kept of what it prints; the rest is dropped
    """

    seconds: float = 2.0
    cells_seconds: float = 10.0
    cpu_seconds: int = 120
    memory_bytes: int = 1 << 30
    file_bytes: int = 16 << 20
    folder_bytes: int = 64 << 20
    folder_files: int = 1000
    open_files: int = 64
    processes: int = 512
    frame_bytes: int = 32 << 20
    output_bytes: int = 10_000


def set_resources(limits: Limits, tasks: int | None = None) -> None:
    """Set the rlimits, soft and hard alike.

    tasks  processes and threads that the user has already (`user_tasks`); None sets no limit on them
    """
    if resource is None:
        return
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
    }
    with contextlib.suppress(OSError):  # no /proc: no limit on memory
        wanted["RLIMIT_AS"] = (
            int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + limits.memory_bytes
        )
    if tasks is not None:
        wanted["RLIMIT_NPROC"] = tasks + limits.processes
    for name, value in wanted.items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        top = value + (name == "RLIMIT_CPU")  # SIGXCPU says more than SIGKILL
        top = top if hard == resource.RLIM_INFINITY else min(top, hard)
        resource.setrlimit(number, (min(value, top), top))


def user_tasks(user: int | None = None) -> int | None:
    """How many processes and threads a user has, or this one; None where that cannot be told.

    Counted once, before the first child, and outside bubblewrap, where they can be seen.
    """
    count = 0
    try:
        for entry in os.scandir("/proc"):
            with contextlib.suppress(OSError):
                if entry.name.isdecimal() and entry.stat().st_uid == (os.getuid() if user is None else user):
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
    except OSError:
        return None
    return count


def prctl(option: int, value: int) -> bool:
    """True where the kernel took it; False off Linux."""
    return LINUX and ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0


def give_up_privileges() -> None:
    """No set-uid program gains anything, and no other process of the same user may look into this one."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)


def die_with(parent: int) -> None:
    """Be killed when the process `parent`, which forked this one, ends."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def first_to_be_killed() -> None:
    """When the machine runs out of memory, the kernel shall take this process, not the checker."""
    prctl(PR_SET_DUMPABLE, 1)  # else the file is root's
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def close_descriptors(keep: int) -> None:
    """Standard input, output and error become the null device; all else but `keep` is closed."""
    if os.name == "nt":  # a socket is no descriptor there, and nothing was inherited
        return
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 1 << 16)


def clean_environment(folder: str) -> None:
    """Hardly any variable, and the working folder as home and temporary folder."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "SYSTEMROOT", "MPLBACKEND", "OMP_NUM_THREADS")
        if name in os.environ
    }
    os.environ.clear()
    os.environ.update(kept, HOME=folder, TMPDIR=folder, TEMP=folder, TMP=folder)
