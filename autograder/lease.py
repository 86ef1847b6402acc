"""A lease on a running child, and the plain means to learn of a process's end and to bring it about."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOST = "the process that starts the others was killed"
CLOSED = "it closed its channel"
REASONS = {
    "SIGKILL": "most often out of memory",
    "SIGSEGV": "a crash in native code, most often recursion without end",
    "SIGXCPU": "its processor time was used up",
    "SIGABRT": "native code gave up",
}


class ProcessLost(Exception):
    """The zygote is gone, or does not answer."""


@dataclass
class Lease:
    """One running child.

    folder    where it works
    channel   for the wire
    pid       of the process; only the zygote may kill by it
    end       end(now) kills it with its descendants, waits, and says how it died; with now=False a dying one may finish
    """

    folder: Path
    channel: socket.socket
    pid: int
    end: Callable[[bool], str]


def how_it_died(status: int, megabytes: int) -> str:
    """One line from an exit status, negative for a signal, and the most memory it held."""
    if status >= 0:
        return f"it ended by itself with exit status {status}"
    name = signal.Signals(-status).name if -status in set(signal.Signals) else "real-time"
    return f"killed by signal {-status} ({name}) at {megabytes:,} MB: {REASONS.get(name, 'see signal(7)')}"


def packet(sock: socket.socket, seconds: float, *, sender: bool = False) -> dict[str, Any] | None:
    """The next JSON packet; {} where the other side is gone, None where nothing came in time.

    sender  add its process as "pid", in the numbering of this side: in a namespace of its own it has another number
    """
    data, ancillary = b"", list[tuple[int, int, bytes]]()
    for _ in range(2):  # a reset, for what the other side did not read, may come before its last word
        try:
            sock.settimeout(seconds)
            data, ancillary, _, _ = sock.recvmsg(1 << 16, socket.CMSG_SPACE(12))
            break
        except TimeoutError:
            return None
        except OSError:
            continue
    said = json.loads(data) if data else {}
    if said and sender:
        said["pid"] = next((int.from_bytes(body[:4], sys.byteorder) for _, _, body in ancillary), 0)
    return said


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its group, and wait for it."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def kill_marked(boot: str, folder: str) -> None:
    """Kill what runs with a zygote's command line, which all its forks share: it holds `boot` and names its folder."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            if boot.encode() in arguments and any(json.dumps(folder).encode() in argument for argument in arguments):
                os.kill(int(entry.name), signal.SIGKILL)
