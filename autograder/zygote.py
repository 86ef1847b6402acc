"""The warm process that children are forked from: torch loaded, one thread, knows no exercise.

It is a freshly exec'd interpreter, so that nothing of the checker's memory is in it. On its `control` socket a packet,
the path of a working folder, brings two descriptors: the child's channel to the checker, and a `life` socket. On `life`
the child says {"born"}, and the zygote at its end {"status", "megabytes", "why"}, as JSON; a packet from it, or its
closing, kills the child with all its descendants. Only the zygote kills, and before it has reaped: no pid is mistaken
for another.
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
from autograder.kill import children_of, kill, kill_group
from autograder.limits import LINUX, PR_SET_CHILD_SUBREAPER, Limits, die_with, give_up_privileges, prctl
from autograder.sandbox.enter import Sandbox, prepare
from autograder.sandbox.watch import FULL, Watch
from autograder.warm import preload, settle

SWEEP_SECONDS = 2.0


class Server:
    """Forks, kills and reaps."""

    def __init__(self, control: socket.socket, limits: Limits, sandbox: Sandbox):
        self.control, self.limits, self.sandbox = control, limits, sandbox
        self.parent, self.me = os.getppid(), os.getpid()
        self.lives: dict[int, socket.socket] = {}  # of the children that run
        self.ended: list[tuple[socket.socket, dict[str, Any]]] = []  # reaped, their descendants perhaps not
        self.watch, self.why = Watch(limits), dict[int, str]()
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
            for key, _ in self.selector.select(0.02 if self.ended else 0.25 if self.watch.folders else 1.0):
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
            for pid in self.watch.overgrown():
                self.why[pid] = FULL
                kill(pid)
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
            self.become_child(channel, life, data.decode())
        channel.close()
        self.wrapped = self.wrapped or pid < self.me
        self.lives[pid] = life
        self.selector.register(life, selectors.EVENT_READ, pid)
        if "limits" in self.sandbox.on and "small folder" not in self.sandbox.on:
            self.watch.folders[pid] = data.decode()
        return True

    def become_child(self, channel: socket.socket, life: socket.socket, folder: str) -> NoReturn:
        """In the forked process: leave everything of the zygote behind."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with(self.me)
            tell(life, {"born": True})  # the child itself says it: the kernel adds its pid
            child.main(channel, self.limits, folder, self.sandbox, self.me)
        finally:
            os._exit(1)

    def reap(self) -> None:
        """Collect the dead; kill what they left behind; report them when nothing is left."""
        with contextlib.suppress(ChildProcessError):
            while (dead := os.wait4(-1, os.WNOHANG))[0]:
                pid, status, usage = dead
                life, why = self.lives.pop(pid, None), self.why.pop(pid, "")
                self.watch.folders.pop(pid, None)
                if life is None:
                    continue
                kill_group(pid)  # what it left; its own pid is free for others now
                with contextlib.suppress(KeyError):
                    self.selector.unregister(life)
                status = os.waitstatus_to_exitcode(status)
                self.ended.append((life, {"status": status, "megabytes": usage.ru_maxrss >> 10, "why": why}))
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
        child.main(
            kind, limits, config["folder"], Sandbox(on=frozenset({"limits", "privileges"} if LINUX else {"limits"}))
        )
    loaded = preload(config["uses"], config["training"])
    program = bytes.fromhex(config["program"])
    sandbox = prepare(config["layers"], config["folder"], config["cover"], program, config["tasks"])
    raise_firewall()
    settle()
    give_up_privileges()
    server = Server(kind, limits, sandbox)
    tell(kind, {"loaded": loaded, "layers": sorted(sandbox.on)})
    try:
        server.serve()
    finally:
        server.end()
        remove(Path(config["folder"]))
    os._exit(0)  # torch takes its time to unload
