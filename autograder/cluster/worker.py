"""The worker's side of `--cluster`: what Dask calls there. It hands each call on to a process that grades.

Dask runs tasks in threads, and a grader needs a main thread of its own for its time limits. So each thread of a worker
has a process beside it (`process`); where that one dies, the worker lives and says on which submission it was.
This module imports nothing heavy, for the scheduler loads it too.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

IDLE = 60.0  # seconds without work, after which the processes end: the teacher's machine may have died
END_SECONDS = 20.0
STRANGER = "stranger"  # the answer of a worker that was started anew, or was idle for long: it must be asked first


class Desk:
    """One process that grades, started at once; one call at a time."""

    def __init__(self, grader: bytes):
        self.grader = grader
        self._start()

    def _start(self) -> None:
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.cluster.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        self.facts: dict[str, Any] = self._ask(self.grader)

    def grade(self, tasks: Sequence[bytes]) -> list[dict[str, Any]]:
        """An answer a task; after a death a new process does the rest."""
        answers = []
        for task in tasks:
            if self._process.poll() is not None:
                self._start()
            answers.append(self._ask(task))
        return answers

    def close(self) -> None:
        """End the process: it sees that its input ends."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, what: bytes) -> dict[str, Any]:
        """Send a pickle; the answer is a line of JSON. {"died": how} where there is none."""
        assert self._process.stdin is not None and self._process.stdout is not None
        line = b""
        with contextlib.suppress(OSError):  # it is dead: the missing answer says so
            self._process.stdin.write(what)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if line.endswith(b"\n"):
            return dict(json.loads(line))
        self.close()
        status = self._process.returncode
        return {"died": f"signal {-status}" if status < 0 else f"status {status}"}


_desks: dict[str, Desk] = {}
_timers: dict[str, threading.Timer] = {}
_lock = threading.Lock()


def ready(place: str, grader: bytes) -> str:
    """Start the process of a place; JSON: what is installed here and how it is sandboxed, or why it cannot grade."""
    leave(place)
    desk = Desk(grader)
    if not {"died", "cannot"} & set(desk.facts):
        with _lock:
            _desks[place] = desk
        _rest(place)
    return json.dumps(desk.facts)


def grade(place: str, tasks: Sequence[bytes]) -> str:
    """JSON: a list with {"grade": ...}, {"cannot": why} or {"died": how} for each task; or STRANGER."""
    with _lock:
        desk = _desks.get(place)
        if desk is not None and place in _timers:
            _timers.pop(place).cancel()
    if desk is None:
        return json.dumps(STRANGER)
    try:
        return json.dumps(desk.grade(tasks))
    finally:
        _rest(place)


def leave(place: str) -> None:
    """End a place's process, if there is one."""
    with _lock:
        desk, timer = _desks.pop(place, None), _timers.pop(place, None)
    if timer is not None:
        timer.cancel()
    if desk is not None:
        desk.close()


def _rest(place: str) -> None:
    def tired() -> None:
        with _lock:
            if _timers.get(place) is not timer:  # somebody came while this waited for the lock
                return
        leave(place)

    timer = threading.Timer(IDLE, tired)
    timer.daemon = True
    with _lock:
        if place in _desks:
            _timers[place] = timer
            timer.start()


def packed(what: Any) -> bytes:
    """A pickle: Dask and its scheduler pass it on as bytes and never look in."""
    return pickle.dumps(what)
