"""Namespaces: the zygote leaves the machine's network and mounts; what its children cannot see they cannot reach.

With the right to administer the system (root outside a container) that needs no user namespace; an ordinary user makes
one, in which it has that right over nothing but its own. The network then has no interface that is up. The mounts are a
private copy, in which each child gets its working folder as a small file system of its own.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from autograder.sandbox.kernel import call
from autograder.sandbox.privileges import DAC_READ_SEARCH, SYS_ADMIN, has, stranger

NEWNS, NEWIPC, NEWUSER, NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RDONLY, MS_REC, MS_PRIVATE = 2, 4, 8, 1, 16384, 1 << 18
MNT_DETACH = 2


def separate() -> None:
    """Leave the machine's network, mounts and System V memory. Raises OSError where that is not allowed."""
    user, group = os.geteuid(), os.getegid()
    if has(SYS_ADMIN):
        call("unshare", NEWNS | NEWNET | NEWIPC)
    else:
        if stranger() is not None:
            raise OSError("this root may not administer the system; its children become nobody, which is as good")
        if user and has(DAC_READ_SEARCH):
            raise OSError("this user reads files by a capability, which does not reach out of a user namespace")
        call("unshare", NEWUSER | NEWNS | NEWNET | NEWIPC)
        with contextlib.suppress(FileNotFoundError):  # a kernel before 3.19
            Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def cover(folder: str) -> None:
    """Lay an empty folder over a folder, for this process and its children. Raises OSError."""
    call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, b"size=4k,nr_inodes=2")


def own_files(folder: str, user: int, size: int, entries: int) -> None:
    """Make `folder` a file system of its own in memory: so many bytes and files at most, gone with the process."""
    call("unshare", NEWNS)
    small = f"size={size},nr_inodes={entries},mode=0700,uid={user},gid={user}".encode()
    call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, small)


def can_mount(folder: str) -> bool:
    """Whether a file system can be mounted there, tried and undone."""
    try:
        call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV, b"size=4k")
        call("umount2", os.fsencode(folder), MNT_DETACH)
    except OSError:
        return False
    return True
