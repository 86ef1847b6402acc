"""Who grades, and where: to be called in a process of its own, which it changes for good.

`somebody` makes of root an ordinary user without any privilege; `container` forbids what Docker forbids by default;
`old_kernel` answers as a kernel without Landlock does. The kernel itself refuses, nothing is mocked.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pyseccomp

from autograder.sandbox import namespaces, privileges
from autograder.sandbox.kernel import call

MS_BIND = 4096


def somebody() -> None:
    """An ordinary user; no effect where this is one. The interpreter may lie in root's home: it is shown elsewhere."""
    if os.getuid():
        return
    needed = {Path(path).resolve() for path in (sys.base_prefix, sys.prefix, Path(__file__).parents[2])}
    call("unshare", namespaces.NEWNS)
    call("mount", b"none", b"/", None, namespaces.MS_REC | namespaces.MS_PRIVATE, None)
    _open({path: closed[-1] for path in sorted(needed) if (closed := [*filter(_is_closed, path.parents)])})
    os.environ["HOME"] = "/nonexistent"
    privileges.give_up(privileges.NOBODY, reads_all=False)
    call("prctl", 4, 1, 0, 0, 0)  # a change of user makes a process one that may not write its own maps


def _is_closed(folder: Path) -> bool:
    return not folder.stat().st_mode & 0o001


def _open(ways: dict[Path, Path]) -> None:
    """In this process's view, let closed folders hold nothing but the way to some paths, open to all.

    ways  {path: the outermost closed folder above it}
    """
    call("mount", b"tmpfs", b"/mnt", b"tmpfs", 0, b"mode=0755")
    for number, path in enumerate(ways):
        aside = f"/mnt/{number}"
        os.mkdir(aside)
        call("mount", os.fsencode(path), aside.encode(), None, MS_BIND, None)
    for closed in set(ways.values()):
        call("mount", b"tmpfs", os.fsencode(closed), b"tmpfs", 0, b"mode=0755")
    for number, path in enumerate(ways):
        path.mkdir(parents=True, exist_ok=True)
        call("mount", f"/mnt/{number}".encode(), os.fsencode(path), None, MS_BIND, None)


def container() -> None:
    """No namespaces and no mounts, as in a container with the usual rights."""
    _refuse(errno.EPERM, "unshare", "mount", "umount2", "setns", "pivot_root")
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    spaces = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, namespaces.NEWUSER, namespaces.NEWUSER)
    rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", spaces)
    rules.load()


def old_kernel() -> None:
    """No Landlock."""
    _refuse(errno.ENOSYS, "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def _refuse(number: int, *names: str) -> None:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.set_attr(pyseccomp.Attr.CTL_NNP, 0 if privileges.has(privileges.SYS_ADMIN) else 1)
    for name in names:
        rules.add_rule(pyseccomp.ERRNO(number), name)
    rules.load()
