"""The learner's side: a process that executes the cells and answers probes until its channel closes or it is killed.

It holds source text and arrays, no expected value. Whatever it answers is data that the checker reads with distrust and
judges itself; so a submission that breaks what stands here can only lose.

The checker sends {"do": "cells", "cells": [(name, source), ...]} and gets one answer a cell: (name, error, output).
Or it sends {"do": "probe", "target", "source", "forbids", "seed", "cases"}, where cases is a number, and then so many
frames, a case each; it gets one answer a case: (number, kind, value, error, message, line, output).
"""

from __future__ import annotations

import builtins
import contextlib
import io
import linecache
import os
import random
import socket
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

import numpy.random  # by name: NumPy loads it at first use, which costs each child 10 ms

from autograder import wire
from autograder.answers import LENGTHS
from autograder.limits import Limits, close_descriptors
from autograder.outcome import Outcome
from autograder.run import learner_line, load_probe, run_case, text_of
from autograder.sandbox.enter import Sandbox


class Kept(io.RawIOBase):
    """Keeps the first bytes that are written and drops the rest: to print 50 MB is neither an error nor slow."""

    def __init__(self, size: int):
        self.data = bytearray()
        self.size = size

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Take everything, keep what still fits."""
        self.data += memoryview(data)[: max(self.size - len(self.data), 0)]
        return len(data)


class Submission:
    """One namespace, like a notebook's, in which the cells are executed and the probes run."""

    def __init__(self, limits: Limits):
        self.kept = Kept(limits.output_bytes)
        self.told = 0
        sys.stdout = sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(self.kept), "utf-8", "backslashreplace", write_through=True
        )
        sys.stdin = io.StringIO()
        sys.argv = ["notebook"]
        self.module = sys.modules["__main__"] = types.ModuleType("__main__")
        self.space = self.module.__dict__
        self.seed(0)
        self.space["__builtins__"] = builtins
        self.space["display"] = print  # a notebook has it without an import
        self.probe: Callable[..., Any] | None = None
        self.settings: dict[str, Any] = {}

    def cell(self, name: str, source: str) -> tuple[str, ...] | None:
        """Execute one cell; None, or what it raised: the exception's name, its text and the learner's line."""
        filename = f"<cell {name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), self.space)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            line = (error.text or "").strip() if isinstance(error, SyntaxError) else learner_line(error)
            return cut(type(error).__name__, text_of(error), line)
        return None

    def case(self, case: dict[str, Any]) -> Outcome:
        """Run the probe on one case."""
        assert self.probe is not None
        try:
            return run_case(self.probe, self.space, case=case, restore=False, everywhere=True, **self.settings)
        except BaseException as error:
            return Outcome("error", error=type(error).__name__, message=text_of(error))

    @staticmethod
    def seed(seed: int) -> None:
        """Python's and NumPy's generators too: `random` seeds itself anew in every fork."""
        random.seed(seed)
        numpy.random.seed(seed % (1 << 32))

    def output(self) -> str:
        """What was printed since the last call."""
        with contextlib.suppress(Exception):  # it may have closed or replaced sys.stdout
            sys.stdout.flush()
        new = bytes(self.kept.data[self.told :])
        self.told += len(new)
        return new.decode("utf-8", "replace")


def main(channel: socket.socket, limits: Limits, folder: str, sandbox: Sandbox, parent: int | None = None) -> NoReturn:
    """Enter the sandbox and serve `channel` until it closes. Ends the process, never returns.

    folder   an empty folder of its own
    sandbox  prepared; the reference firewall stands already: to raise it here would cost each child 20 ms
    parent   the zygote that this process was forked from
    """
    status = 1
    try:
        close_descriptors(channel.fileno())
        sandbox.enter(limits, folder, parent)
        serve(channel, limits, os.getpid())
        status = 0
    finally:
        os._exit(status)  # no atexit handler, no waiting for threads


def serve(channel: socket.socket, limits: Limits, me: int) -> None:
    """Answer until the channel closes."""
    submission, reader = Submission(limits), wire.Reader(channel, limits.frame_bytes)

    def answer(*parts: Any) -> None:
        if os.getpid() != me:  # the submission forked: its child must not answer in its name
            os._exit(0)
        wire.send(channel, wire.frame(wire.encode((*parts, submission.output()), max_bytes=limits.frame_bytes)))

    with contextlib.suppress(EOFError):
        while True:
            message = reader.receive()
            if message["do"] == "cells":
                for name, source in message["cells"]:
                    answer(name, submission.cell(name, source))
                continue
            submission.probe = load_probe(message["source"])
            submission.settings = {"target": message["target"], "forbids": message["forbids"], "seed": message["seed"]}
            # all cases first: the checker does not listen while it sends
            cases = [reader.body() for _ in range(message["cases"])]
            for number, case in enumerate(cases):
                outcome = submission.case(wire.decode(case, max_bytes=limits.frame_bytes))
                try:
                    answer(number, *plain(outcome))
                except (wire.WireError, MemoryError, RuntimeError) as error:
                    why = f"the returned value cannot be sent: {text_of(error)}"
                    answer(number, *plain(Outcome("error", error=type(error).__name__, message=why)))


def plain(outcome: Outcome) -> tuple[Any, ...]:
    """The fields of an outcome, its texts no longer than the checker takes."""
    return outcome.kind, outcome.value, *cut(outcome.error, outcome.message, outcome.line)


def cut(*texts: str) -> tuple[str, ...]:
    """An error's name, message and line, each no longer than the checker takes."""
    return tuple(text[:size] for text, size in zip(texts, LENGTHS, strict=True))
