"""The checker's hold on the processes of untrusted code: how they are started, ended, and found when something died.

`Warm` forks children from a zygote (Linux). `Cold` starts a fresh interpreter for each: seconds instead of milliseconds
and nothing of a sandbox, but it works wherever Python does. Both give a `Lease`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder import wire
from autograder.errors import UserError
from autograder.interpreter import BOOT, last_line, start_python
from autograder.lease import CLOSED, LOST, Lease, ProcessLost, how_it_died, kill_marked, kill_tree, packet
from autograder.limits import LINUX, Limits, user_tasks
from autograder.sandbox import bubblewrap, privileges
from autograder.sandbox.seccomp import program

CAN_FORK = LINUX and hasattr(os, "fork")
START_SECONDS = 120.0  # a cold disk and a busy machine
FORK_SECONDS = 30.0
END_SECONDS = 10.0
NATURAL_SECONDS = 0.25  # what a process whose channel closed is given to end by itself


class Warm:
    """A zygote, started at once. Several threads may call start()."""

    def __init__(self, uses: Sequence[str], limits: Limits, folder: str, training: bool, layers: Collection[str]):
        self.folder = folder
        config = {"uses": list(uses), "limits": asdict(limits), "folder": folder, "training": training, "single": False}
        wrapped = "bubblewrap" in layers and bubblewrap.present()[0]
        config |= {"layers": sorted(set(layers) - {"bubblewrap"}), "cover": []}
        config["tasks"] = user_tasks(privileges.stranger() if "privileges" in layers else None)
        config["program"] = program().hex() if "seccomp" in layers else ""
        answer = None
        if wrapped:  # where it fails, as it may where a module lies in an odd place, the other layers must do
            answer = self._begin(config | {"cover": bubblewrap.covered()}, bubblewrap.command(folder))
        if answer is None:
            answer = self._begin(config, ())
        if answer is None:
            raise UserError(f"the grading process did not start: {self._failed}")
        self.loaded: tuple[str, ...] = tuple(answer["loaded"])
        self.layers = frozenset[str](answer["layers"])  # those that hold, in its own words

    def _begin(self, config: dict[str, Any], before: Sequence[str]) -> dict[str, Any] | None:
        """Start the zygote; what it says of itself, or None where it did not start."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process, self.log = start_python(config, theirs, before)
        answer = packet(self.control, START_SECONDS)
        if answer and "loaded" in answer:
            return answer
        self._failed = self.last_line()
        self.close()
        return None

    def start(self, folder: Path) -> Lease:
        """Fork a child that works in `folder`. Raises ProcessLost; UserError where the system gives no process."""
        channel, far_channel = socket.socketpair()
        life, far_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # so that the kernel adds the child's pid
        with far_channel, far_life, contextlib.suppress(OSError):
            socket.send_fds(self.control, [str(folder).encode()], [far_channel.fileno(), far_life.fileno()])
        told = packet(life, FORK_SECONDS, sender=True) or {}
        if "born" in told and told["pid"]:  # 0 would name our own group
            return Lease(folder, channel, told["pid"], lambda now: self._end(told["pid"], channel, life, now))
        channel.close()
        life.close()
        if "error" in told:
            raise UserError(
                f"no process could be started ({told['error']}): close other programs, or grade with fewer --jobs"
            )
        raise ProcessLost

    def _end(self, pid: int, channel: socket.socket, life: socket.socket, now: bool) -> str:
        with channel, life:
            told = None if now else packet(life, NATURAL_SECONDS)
            closed_only = told is None
            if told is None:
                with contextlib.suppress(OSError):
                    life.send(b"end")
                told = packet(life, END_SECONDS)
            if told and "status" in told:
                return told["why"] or (CLOSED if closed_only else how_it_died(told["status"], told["megabytes"]))
            self.bury()
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            return LOST

    @property
    def alive(self) -> bool:
        """False once the zygote is gone."""
        return self.process.poll() is None

    def bury(self) -> None:
        """Make sure that the zygote and all it started are gone. Its children die with it; theirs are looked for."""
        self.process.kill()
        self.process.wait()
        kill_marked(BOOT, self.folder)

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
        return last_line(self.log)


class Cold:
    """A fresh interpreter a child."""

    alive = True
    loaded: tuple[str, ...] = ()
    layers = frozenset[str]()

    def __init__(self, uses: Sequence[str], limits: Limits, folder: str, training: bool, layers: Collection[str]):
        self.config = {"uses": list(uses), "limits": asdict(limits), "training": training, "single": True}

    def start(self, folder: Path) -> Lease:
        """Start an interpreter that works in `folder`."""
        channel, theirs = socket.socketpair()
        process, log = start_python(self.config | {"folder": str(folder)}, theirs)
        try:
            self.loaded = tuple(wire.Reader(channel).receive(time.monotonic() + START_SECONDS)["loaded"])
        except (EOFError, TimeoutError, wire.WireError):
            kill_tree(process)
            channel.close()
            with log:
                raise UserError(f"the grading process did not start: {last_line(log)}") from None
        log.close()
        return Lease(folder, channel, process.pid, lambda now: self._end(process, channel, now))

    def _end(self, process: subprocess.Popen[bytes], channel: socket.socket, now: bool) -> str:
        with channel:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0 if now else NATURAL_SECONDS)
            natural = process.returncode
            kill_tree(process)
            return CLOSED if natural is None else how_it_died(natural, 0)

    def last_line(self) -> str:
        """Each child's errors went with it."""
        return ""

    def close(self) -> None:
        """Nothing runs between children."""
