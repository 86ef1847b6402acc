"""The warm process that children are forked from: torch loaded, one thread, knows no exercise.

It is a freshly exec'd interpreter, so that nothing of the checker's memory is in it. On its `control` socket a packet,
the path of a working folder, brings two descriptors: the child's channel to the checker, and a `life` socket. On `life`
the checker learns {"pid"} and at the end {"status", "megabytes"}, as JSON; a packet from it, or its closing, kills the
child with all its descendants. Only the zygote kills, and before it has reaped: no pid is mistaken for another.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from autograder import child, wire
from autograder.firewall import raise_firewall
from autograder.folders import remove
from autograder.limits import PR_SET_CHILD_SUBREAPER, Limits, die_with, give_up_privileges, prctl, user_tasks
from autograder.warm import preload, settle

SWEEP_SECONDS = 2.0


class Server:
    """Forks, kills and reaps."""

    def __init__(self, control: socket.socket, limits: Limits):
        self.control, self.limits = control, limits
        self.parent, self.me, self.tasks = os.getppid(), os.getpid(), user_tasks()
        self.lives: dict[int, socket.socket] = {}  # of the children that run
        self.ended: list[tuple[socket.socket, dict[str, int]]] = []  # reaped, their descendants perhaps not
        self.give_up_at = 0.0
        self.wrapped = False  # pids have started again from below
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.waker, self.woken = os.pipe()
        for end in (self.waker, self.woken):
            os.set_blocking(end, False)
        self.selector.register(self.waker, selectors.EVENT_READ)
        signal.set_wakeup_fd(self.woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves behind becomes ours, to be killed

    def serve(self) -> None:
        """Until the checker is gone."""
        while os.getppid() == self.parent:
            for key, _ in self.selector.select(0.02 if self.ended else 1.0):
                if key.fileobj is self.control:
                    if not self.fork():
                        return
                elif key.fileobj == self.waker:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self.waker, 4096)
                elif key.data in self.lives:
                    with contextlib.suppress(OSError):
                        self.lives[key.data].recv(16)  # a socket closed with something unread resets the other end
                    self.selector.unregister(key.fileobj)
                    kill(key.data)
            self.reap()

    def fork(self) -> bool:
        """Start a child; False where the checker is gone."""
        data, descriptors, _, _ = socket.recv_fds(self.control, 8192, 2)
        if not data:
            return False
        channel, life = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        try:
            pid = os.fork()
        except OSError as error:
            tell(life, {"error": str(error)})
            channel.close()
            life.close()
            return True
        if pid == 0:
            self.become_child(channel, data.decode())
        channel.close()
        self.wrapped = self.wrapped or pid < self.me
        self.lives[pid] = life
        self.selector.register(life, selectors.EVENT_READ, pid)
        tell(life, {"pid": pid})
        return True

    def become_child(self, channel: socket.socket, folder: str) -> NoReturn:
        """In the forked process: leave everything of the zygote behind."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with(self.me)
            child.main(channel, self.limits, folder, self.tasks)
        finally:
            os._exit(1)

    def reap(self) -> None:
        """Collect the dead; kill what they left behind; report them when nothing is left."""
        with contextlib.suppress(ChildProcessError):
            while (dead := os.wait4(-1, os.WNOHANG))[0]:
                pid, status, usage = dead
                life = self.lives.pop(pid, None)
                if life is None:
                    continue
                kill_group(pid)  # what it left; its own pid is free for others now
                with contextlib.suppress(KeyError):
                    self.selector.unregister(life)
                self.ended.append(
                    (life, {"status": os.waitstatus_to_exitcode(status), "megabytes": usage.ru_maxrss >> 10})
                )
                self.give_up_at = time.monotonic() + SWEEP_SECONDS
        if self.ended and (not self.sweep() or time.monotonic() > self.give_up_at):
            for life, end in self.ended:
                tell(life, end)
                life.close()
            self.ended.clear()

    def sweep(self) -> bool:
        """Kill orphans that came to us from children; True where there were any."""
        strays = [pid for pid in children_of(self.me, newer_only=not self.wrapped) if pid not in self.lives]
        for pid in strays:
            kill(pid)
        return bool(strays)

    def end(self) -> None:
        """Kill all children, and theirs."""
        for pid in self.lives:
            kill(pid)
        until = time.monotonic() + SWEEP_SECONDS
        while (self.lives or self.ended or self.sweep()) and time.monotonic() < until:
            self.reap()
            time.sleep(0.002)


def children_of(parent: int, *, newer_only: bool) -> list[int]:
    """The pids of a process's children; newer_only spares a look at all processes older than it."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and (int(name) > parent or not newer_only):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent and fields[0] != "Z":
                    found.append(int(name))
    return found


def kill(pid: int) -> None:
    """The process, which is not reaped yet, and all of its group."""
    kill_group(pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """All processes of the group that a process led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def tell(sock: socket.socket, message: dict[str, Any]) -> None:
    """One packet; the checker may be gone."""
    with contextlib.suppress(OSError):
        sock.send(json.dumps(message).encode())


def main() -> None:
    """`python -c "... main()" CONFIG`: CONFIG is JSON, see `launch`."""
    config = json.loads(sys.argv[1])
    limits = Limits(**config["limits"])
    kind = (
        socket.socket(fileno=config["descriptor"])
        if "descriptor" in config
        else socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined]
    )
    if config["single"]:  # without fork: this process itself becomes the child
        loaded = preload(config["uses"], config["training"])
        raise_firewall()
        wire.send(kind, wire.frame(wire.encode({"loaded": loaded})))
        child.main(kind, limits, config["folder"])
    loaded = preload(config["uses"], config["training"])
    raise_firewall()
    settle()
    give_up_privileges()
    server = Server(kind, limits)
    tell(kind, {"loaded": loaded})
    try:
        server.serve()
    finally:
        server.end()
        remove(Path(config["folder"]))
    os._exit(0)  # torch takes its time to unload
