"""The doctor on the sandbox: which means of holding strange code this machine offers, and which the grader uses."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys

from autograder.doctor.finding import Finding

LINUX = sys.platform.startswith("linux")
PR_SET_SECCOMP, PR_GET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 39, 2  # linux/prctl.h, linux/seccomp.h
LANDLOCK_CREATE_RULESET, LANDLOCK_CREATE_RULESET_VERSION = 444, 1  # the same number on every architecture
UNSHARE = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
sys.exit(ctypes.get_errno() if libc.unshare(0x10000000 | 0x40000000) else 0)  # CLONE_NEWUSER | CLONE_NEWNET
"""


def grader() -> list[Finding]:
    """What holds a submission back when `ngram2bert grade` runs here."""
    from autograder.pool import sandbox_description

    return [Finding("grading", "ok" if LINUX else "warn", sandbox_description(), reader="teacher")]


def layers() -> list[Finding]:
    """A finding a layer that this machine offers or lacks."""
    if not LINUX:
        mend = "grade submissions of strangers on Linux, or in a container or virtual machine"
        return [Finding("sandbox layers", "warn", f"none on {sys.platform}", mend, "teacher")]
    return [
        layer("Landlock", landlock(), "a kernel of 5.13 or newer with Landlock switched on (lsm=landlock,...)"),
        layer("seccomp", seccomp(), "a kernel with CONFIG_SECCOMP_FILTER"),
        layer("no_new_privs", no_new_privs(), "a kernel of 3.5 or newer"),
        layer(
            "user namespaces",
            namespaces(),
            "sysctl kernel.unprivileged_userns_clone=1, or a container that allows them",
        ),
        layer("bubblewrap", bubblewrap(), "install it (on Debian: apt-get install bubblewrap)"),
    ]


def layer(name: str, state: tuple[bool, str], mend: str) -> Finding:
    """A row for a layer."""
    there, detail = state
    return Finding(name, "ok" if there else "warn", detail, "" if there else mend, "teacher")


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def landlock() -> tuple[bool, str]:
    """Landlock's ABI, asked of the kernel."""
    version = libc().syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_CREATE_RULESET_VERSION)
    if version > 0:
        return True, f"present, ABI {version}"
    return False, f"absent ({os.strerror(ctypes.get_errno())})"


def seccomp() -> tuple[bool, str]:
    """A filter at address 0 is refused in any case; a kernel that knows filters says EFAULT, another says EINVAL."""
    libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None, 0, 0)
    there = ctypes.get_errno() == errno.EFAULT
    return there, "present, with filters" if there else f"absent ({os.strerror(ctypes.get_errno())})"


def no_new_privs() -> tuple[bool, str]:
    """Whether the kernel knows the flag."""
    value = libc().prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
    return value >= 0, "present" if value >= 0 else "absent"


def namespaces() -> tuple[bool, str]:
    """Tried in a process of its own: a new user namespace with a network of its own."""
    try:
        failed = subprocess.run([sys.executable, "-I", "-c", UNSHARE], timeout=20, capture_output=True).returncode
    except subprocess.TimeoutExpired:
        return False, "no answer within 20 s"
    return failed == 0, "present, with a network of their own" if failed == 0 else f"refused ({os.strerror(failed)})"


def bubblewrap() -> tuple[bool, str]:
    """Installed is not enough: containers often forbid what it does."""
    path = shutil.which("bwrap")
    if path is None:
        return False, "absent"
    try:
        command = [path, "--ro-bind", "/", "/", "--unshare-net", "true"]
        tried = subprocess.run(command, timeout=20, capture_output=True, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, f"{path} does not run: {error}"
    if tried.returncode:
        return False, f"{path} does not work here: {tried.stderr.strip()[:80]}"
    return True, f"present, {path}"
