"""What an attack may have left on the machine: files, processes, shared memory. Found by the name of the run."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run/shm", "/dev/mqueue", "/run/lock", "/var/lock")


def picture(*folders: Path) -> dict[str, str]:
    """Every entry below the folders: kind, rights, size, time of change, content."""
    found = {}
    for folder in folders:
        for at, directories, files in os.walk(folder):
            for name in [*directories, *files]:
                path = Path(at) / name
                with contextlib.suppress(OSError):
                    found[str(path)] = _entry(path)
    return found


def _entry(path: Path) -> str:
    state = path.lstat()
    what = ""
    if path.is_symlink():
        what = os.readlink(path)
    elif path.is_file():
        what = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{state.st_mode:o} {state.st_uid} {state.st_mtime_ns if path.is_file() else 0} {what}"


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is new, gone or other."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def leftovers(token: str, key: int) -> list[str]:
    """Files in the machine's common folders, and shared memory, that carry the run's name."""
    found = []
    for place in {*PLACES, tempfile.gettempdir()}:
        with contextlib.suppress(OSError):
            found += [f"{place}/{name}" for name in os.listdir(place) if token in name]
    for kind in ("shm", "msg", "sem"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]:
                if int(line.split()[0]) == key:
                    found.append(f"System V {kind} {key}")
    with contextlib.suppress(OSError):
        found += [f"mount {line.split()[1]}" for line in Path("/proc/mounts").read_text().splitlines() if token in line]
    return sorted(set(found))


def processes(words: tuple[str, ...], usual: int = 0, within: float = 0.0) -> list[str]:
    """Running processes whose command line, variables or working folder hold one of the words.

    usual  so many are no news; where there are more, they have the seconds `within` to go away
    """
    until = time.monotonic() + within
    while len(found := [who for pid in sorted(_pids()) if (who := _who(pid, words))]) > usual:
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    return found


def clear(token: str, key: int) -> None:
    """Take away what `leftovers` finds, but for mounts."""
    for name in leftovers(token, key):
        path = Path(name)
        if path.is_absolute():
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                path.unlink()
    if any(name.startswith("System V shm") for name in leftovers(token, key)):
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(key, 0, 0), 0, None)  # IPC_RMID
    if any(name.startswith("System V msg") for name in leftovers(token, key)):
        libc = ctypes.CDLL(None)
        libc.msgctl(libc.msgget(key, 0), 0, None)


def _pids() -> set[int]:
    with contextlib.suppress(OSError):
        return {int(name) for name in os.listdir("/proc") if name.isdecimal()} - {os.getpid()}
    return set()


def _who(pid: int, words: tuple[str, ...]) -> str:
    here = Path(f"/proc/{pid}")
    try:
        if (here / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return ""
        line = (here / "cmdline").read_bytes()
    except OSError:
        return ""
    text = line
    for name in ("environ", "cwd"):
        with contextlib.suppress(OSError):
            text += os.fsencode(os.readlink(here / name)) if name == "cwd" else (here / name).read_bytes()
    if any(word.encode() in text for word in words):
        return f"process {pid}: {line.replace(bytes(1), b' ')[:80].decode('utf-8', 'replace')}"
    return ""
