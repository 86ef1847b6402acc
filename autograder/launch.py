"""The checker's hold on the processes of untrusted code: how they are started, asked to end, and found when something died.

`Warm` forks children from a zygote (Linux). `Cold` starts a fresh interpreter for each: seconds instead of milliseconds,
and no sandbox, but it works wherever Python does. Both give a `Lease`.
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
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.limits import LINUX, Limits

BOOT = "import json, sys; config = json.loads(sys.argv[1]); sys.path[:] = config['path']; from autograder.zygote import main; main()"
START_SECONDS = 120.0  # a cold disk and a busy machine
FORK_SECONDS = 30.0
END_SECONDS = 10.0
NATURAL_SECONDS = 0.25  # how long a process whose channel closed has to end by itself
CAN_FORK = LINUX and hasattr(os, "fork")
KEPT_VARIABLES = ("HOME", "PATH", "SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "NLTK_DATA", "MPLCONFIGDIR", "LD_LIBRARY_PATH",
                  "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CONDA_PREFIX")
SET_VARIABLES = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
                 "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": ""}


class ProcessLost(Exception):
    """The zygote is gone."""


@dataclass
class Lease:
    """One running child: `channel` for the wire, `end()` to stop it and learn how it ended."""

    channel: socket.socket
    pid: int
    end: Callable[[bool], str]  # end(now) -> why it died; now=False lets a dying process finish dying first


class Warm:
    """A zygote, started at once. start() may be called by several threads."""

    def __init__(self, uses: Sequence[str], limits: Limits, folder: str):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = ours
        self.process, log = _python({"uses": list(uses), "limits": asdict(limits), "folder": folder, "single": False}, theirs)
        with log:
            ours.settimeout(START_SECONDS)
            try:
                answer = ours.recv(1 << 16)
            except OSError:
                answer = b""
            if not answer:
                self.close()
                raise UserError(f"the grading process did not start: {_last_line(log)}")
        self.loaded: tuple[str, ...] = tuple(json.loads(answer)["loaded"])

    def start(self, folder: str) -> Lease:
        """Fork a child that works in `folder`; raises ProcessLost."""
        channel, far_channel = socket.socketpair()
        life, far_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with far_channel, far_life:
                socket.send_fds(self.control, [folder.encode()], [far_channel.fileno(), far_life.fileno()])
            told = _packet(life, FORK_SECONDS)
        except OSError:
            told = None
        if told is None or "pid" not in told:
            channel.close()
            life.close()
            if told:
                raise UserError(f"no process could be started ({told['error']}); close other programs or use fewer --jobs")
            raise ProcessLost
        pid = told["pid"]
        return Lease(channel, pid, lambda now: self._end(pid, channel, life, now))

    def _end(self, pid: int, channel: socket.socket, life: socket.socket, now: bool) -> str:
        with channel, life:
            told = None if now else _packet(life, NATURAL_SECONDS)
            stopped = told is None
            if told is None:
                with contextlib.suppress(OSError):
                    life.send(b"end")
                told = _packet(life, END_SECONDS)
            if told is None:  # the zygote is gone, and with it the child; perhaps not the child's children
                self.process.poll()
                kill_group(pid)
                kill_marked(self.process.args[-1] if isinstance(self.process.args, list) else "")
                return "the grading process was killed"
            return "it closed its channel" if stopped else how_it_died(told["status"], told["megabytes"])

    @property
    def alive(self) -> bool:
        """False once the zygote is gone."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the zygote, which ends all children."""
        self.control.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        kill_marked(str(self.process.args[-1]))  # type: ignore[index]
