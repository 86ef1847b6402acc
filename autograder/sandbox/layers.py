"""The layers of the sandbox: which this machine offers, and what they amount to together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from autograder.sandbox import bubblewrap, landlock, privileges, seccomp
from autograder.sandbox.kernel import LINUX

TRY_NAMESPACES = """
import sys, tempfile
from autograder.sandbox import namespaces
namespaces.separate()
with tempfile.TemporaryDirectory() as folder:
    print(namespaces.can_mount(folder))
"""
State = tuple[bool, str]


@dataclass(frozen=True)
class Layer:
    """One layer.

    holds    what it holds back, in a line
    present  whether this machine offers it, and a word on that
    mend     how to get it
    """

    name: str
    holds: str
    present: Callable[[], State]
    mend: str


def _limits() -> State:
    return True, "memory, processor time, threads, file size, open files"


def _privileges() -> State:
    who = "the user nobody" if privileges.stranger() is not None else "the same user"
    return True, f"no_new_privs, no capabilities, {who}"


@cache
def _namespaces() -> State:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        command = [sys.executable, "-P", "-c", TRY_NAMESPACES]
        tried = subprocess.run(command, timeout=20, capture_output=True, text=True, env=environment)
    except subprocess.TimeoutExpired:
        return False, "no answer within 20 s"
    if tried.returncode:
        return False, f"refused: {tried.stderr.strip().splitlines()[-1][-80:]}"
    return True, "present: network, mounts, shared memory" + ("" if "True" in tried.stdout else "; no mounts allowed")


def _small_folder() -> State:
    there, said = _namespaces()
    if there and "no mounts" not in said:
        return True, "present, in memory"
    return False, "absent: files are limited in size, not in number"


def _landlock() -> State:
    version = landlock.abi()
    if not version:
        return False, "absent"
    return True, f"present, ABI {version}: files" + (", TCP" if version >= 4 else "") + (
        ", signals" if version >= 6 else ""
    )


def _seccomp() -> State:
    if not seccomp.program():
        return False, "absent: libseccomp.so.2 or pyseccomp is missing"
    if not seccomp.known():
        return False, "absent from the kernel"
    return True, f"present, {len(seccomp.ALLOWED)} calls allowed"


CONTAINER = "sysctl kernel.unprivileged_userns_clone=1, or a container that allows user namespaces"
LAYERS = (
    Layer("limits", "memory, processor time, threads, files", _limits, ""),
    Layer("privileges", "what root or a set-uid program may do", _privileges, ""),
    Layer("namespaces", "the network, mounts", _namespaces, CONTAINER),
    Layer("small folder", "a full disk", _small_folder, CONTAINER),
    Layer("bubblewrap", "files and processes out of sight", bubblewrap.present, "apt-get install bubblewrap"),
    Layer(
        "Landlock",
        "files that are not for it",
        _landlock,
        "a kernel of 5.13 or newer with Landlock switched on (lsm=landlock,...)",
    ),
    Layer("seccomp", "processes, programs, sockets, signals", _seccomp, "apt-get install libseccomp2"),
)
NAMES = tuple(layer.name for layer in LAYERS)


def offered() -> frozenset[str]:
    """The names of the layers that hold a submission on this machine."""
    return frozenset(layer.name for layer in LAYERS if layer.present()[0]) if LINUX else frozenset()


def strength(on: Collection[str] | None = None) -> str:
    """ "sandboxed", "partly sandboxed" or "not sandboxed".

    on  names of layers that hold; None: those that this machine offers

    Sandboxed: files are closed by Landlock or bubblewrap, and seccomp refuses processes, sockets and signals.
    """
    on = offered() if on is None else on
    if not on:
        return "not sandboxed"
    if {"limits", "privileges", "seccomp"} <= set(on) and ({"Landlock", "bubblewrap"} & set(on)):
        return "sandboxed"
    return "partly sandboxed"


def description(on: Collection[str] | None = None) -> str:
    """One line: the strength, and by what."""
    on = offered() if on is None else on
    word = strength(on)
    if word == "not sandboxed":
        return "not sandboxed: a process of its own and time limits"
    missing = [name for name in NAMES if name not in on]
    line = f"{word}: {', '.join(name for name in NAMES if name in on)}"
    return line + (f"; without {', '.join(missing)}" if missing else "")
