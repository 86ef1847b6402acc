"""The checker's hold on the processes of untrusted code: how they are started, ended, and found when something died.

`Warm` forks children from a zygote (Linux). `Cold` starts a fresh interpreter for each: seconds instead of milliseconds and
nothing of a sandbox, but it works wherever Python does. Both give a `Lease`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from autograder import wire
from autograder.errors import UserError
from autograder.limits import LINUX, Limits

CAN_FORK = LINUX and hasattr(os, "fork")
BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path']; from autograder.zygote import main; main()"
START_SECONDS = 120.0  # a cold disk and a busy machine
FORK_SECONDS = 30.0
END_SECONDS = 10.0
NATURAL_SECONDS = 0.25  # what a process whose channel closed is given to end by itself
KEPT_VARIABLES = ("HOME", "PATH", "SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "NLTK_DATA", "MPLCONFIGDIR", "LD_LIBRARY_PATH",
                  "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CONDA_PREFIX")
SET_VARIABLES = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
                 "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": ""}
LOST = "the process that starts the others was killed"
CLOSED = "it closed its channel"
REASONS = {"SIGKILL": "most often out of memory", "SIGSEGV": "a crash in native code, most often recursion without end",
           "SIGXCPU": "its processor time was used up", "SIGABRT": "native code gave up"}


class ProcessLost(Exception):
    """The zygote is gone, or does not answer."""


@dataclass
class Lease:
    """One running child.

    folder    where it works
    channel   for the wire
    end       end(now) kills it with its descendants, waits, and says how it died; now=False lets a dying one finish first
    """

    folder: Path
    channel: socket.socket
    pid: int
    end: Callable[[bool], str]


class Warm:
    """A zygote, started at once. Several threads may call start()."""

    def __init__(self, uses: Sequence[str], limits: Limits, folder: str, training: bool):
        self.folder = folder
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {"uses": list(uses), "limits": asdict(limits), "folder": folder, "training": training, "single": False}
        self.process, self.log = _python(config, theirs)
        answer = _packet(self.control, START_SECONDS)
        if answer is None or "loaded" not in answer:
            last = self.last_line()
            self.close()
            raise UserError(f"the grading process did not start: {last}")
        self.loaded: tuple[str, ...] = tuple(answer["loaded"])

    def start(self, folder: Path) -> Lease:
        """Fork a child that works in `folder`. Raises ProcessLost; UserError where the system has no process to give."""
        channel, far_channel = socket.socketpair()
        life, far_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far_channel, far_life, contextlib.suppress(OSError):
            socket.send_fds(self.control, [str(folder).encode()], [far_channel.fileno(), far_life.fileno()])
        told = _packet(life, FORK_SECONDS) or {}
        if "pid" in told:
            return Lease(folder, channel, told["pid"], lambda now: self._end(told["pid"], channel, life, now))
        channel.close()
        life.close()
        if "error" in told:
            raise UserError(f"no process could be started ({told['error']}): close other programs, or grade with fewer --jobs")
        raise ProcessLost

    def _end(self, pid: int, channel: socket.socket, life: socket.socket, now: bool) -> str:
        with channel, life:
            told = None if now else _packet(life, NATURAL_SECONDS)
            closed_only = told is None
            if told is None:
                with contextlib.suppress(OSError):
                    life.send(b"end")
                told = _packet(life, END_SECONDS)
            if told and "status" in told:
                return CLOSED if closed_only else how_it_died(told["status"], told["megabytes"])
            self.bury()
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            return LOST

    @property
    def alive(self) -> bool:
        """False once the zygote is gone."""
        return self.process.poll() is None

    def bury(self) -> None:
        """Make sure that the zygote and all that it started are gone. Its children die with it; theirs are looked for."""
        self.process.kill()
        self.process.wait()
        _kill_marked(self.folder)

    def close(self) -> None:
        """End the zygote, which ends all children."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        self.bury()
        self.log.close()

    def last_line(self) -> str:
        """The last line of the zygote's errors."""
        return _last_line(self.log)


class Cold:
    """A fresh interpreter a child."""

    alive = True
    loaded: tuple[str, ...] = ()

    def __init__(self, uses: Sequence[str], limits: Limits, folder: str, training: bool):
        self.config = {"uses": list(uses), "limits": asdict(limits), "training": training, "single": True}

    def start(self, folder: Path) -> Lease:
        """Start an interpreter that works in `folder`."""
        channel, theirs = socket.socketpair()
        process, log = _python(self.config | {"folder": str(folder)}, theirs)
        try:
            self.loaded = tuple(wire.Reader(channel).receive(time.monotonic() + START_SECONDS)["loaded"])
        except (EOFError, TimeoutError, wire.WireError):
            _kill_tree(process)
            channel.close()
            with log:
                raise UserError(f"the grading process did not start: {_last_line(log)}") from None
        log.close()
        return Lease(folder, channel, process.pid, lambda now: self._end(process, channel, now))

    def _end(self, process: subprocess.Popen[bytes], channel: socket.socket, now: bool) -> str:
        with channel:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0 if now else NATURAL_SECONDS)
            natural = process.returncode
            _kill_tree(process)
            return CLOSED if natural is None else how_it_died(natural, 0)

    def last_line(self) -> str:
        """Each child's errors went with it."""
        return ""

    def close(self) -> None:
        """Nothing runs between children."""


def how_it_died(status: int, megabytes: int) -> str:
    """One line from an exit status, negative for a signal, and the most memory it held."""
    if status >= 0:
        return f"it ended by itself with exit status {status}"
    name = signal.Signals(-status).name
    return f"killed by signal {-status} ({name}) at {megabytes:,} MB: {REASONS.get(name, 'see signal(7)')}"


def _python(config: dict[str, Any], theirs: socket.socket) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """A fresh interpreter that runs zygote.main with one end of a socket pair; and the file that takes its errors."""
    here = str(Path(__file__).resolve().parent.parent)
    path = [os.path.abspath(entry) for entry in sys.path]
    config |= {"path": path if here in path else [here, *path]}
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | SET_VARIABLES
    log = tempfile.TemporaryFile()  # noqa: SIM115  closed by the caller
    windows = os.name == "nt"
    with theirs:
        if not windows:
            config["descriptor"] = theirs.fileno()
        process = subprocess.Popen([sys.executable, "-P", "-s", "-c", BOOT, json.dumps(config)], env=environment, cwd=config["folder"],
                                   stdin=subprocess.PIPE if windows else subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                   pass_fds=() if windows else (theirs.fileno(),), start_new_session=True)
        if windows and process.stdin:
            process.stdin.write(theirs.share(process.pid))  # type: ignore[attr-defined]
            process.stdin.close()
    return process, log


def _packet(sock: socket.socket, seconds: float) -> dict[str, Any] | None:
    """The next packet; {} where the other side is gone, None where nothing came in time."""
    try:
        sock.settimeout(seconds)
        data = sock.recv(1 << 16)
    except TimeoutError:
        return None
    except OSError:
        data = b""
    return json.loads(data) if data else {}


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _kill_marked(folder: str) -> None:
    """Kill what still runs with a zygote's command line, which its forks share and which names its folder."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            if BOOT.encode() in arguments and any(json.dumps(folder).encode() in argument for argument in arguments):
                os.kill(int(entry.name), signal.SIGKILL)
