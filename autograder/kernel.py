"""Judging in the learner's own kernel: a session that leaves everything as it found it."""

from __future__ import annotations

import builtins
import contextlib
import io
import random
import sys
import warnings
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.exercise import Case, Exercise
from autograder.outcome import Outcome
from autograder.run import load_probe, run_case
from autograder.time_limit import OutOfTime, time_limit
from autograder.wire import WireError, decode, encode

KEPT_LETTERS = 2000  # of what the learner's code prints on a case
ABSENT = object()


class Printed(io.TextIOBase):
    """Takes what is printed: keeps the beginning, counts the rest, so that a loop full of prints floods nothing."""

    def __init__(self) -> None:
        self.kept, self.lines = "", 0

    def writable(self) -> bool:
        """True: print asks."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        self.lines += text.count("\n")
        self.kept += text[: KEPT_LETTERS - len(self.kept)]
        return len(text)


@dataclass
class KernelSession:
    """A `grading.Session` on the notebook's namespace.

    printed  {case's place in the list: what the code printed on it}, of the last run of each exercise by name
    warned   Python's warnings, each text once
    running  the case that was being judged last
    """

    space: dict[str, Any]
    printed: dict[str, dict[int, str]] = field(default_factory=dict)
    warned: dict[str, list[str]] = field(default_factory=dict)
    running: Case | None = None
    alive: bool = True

    def run(self, exercise: Exercise, cases: Sequence[Case]) -> Sequence[Outcome]:
        """One outcome a case. After a case that had to be stopped the rest are not run."""
        probe = load_probe(exercise.probe_source)
        outcomes: list[Outcome] = []
        self.printed[exercise.name], self.warned[exercise.name] = {}, []
        with nothing_changed():
            for number, case in enumerate(cases):
                if outcomes and outcomes[-1].kind == "timeout":
                    outcomes.append(Outcome("timeout", message="not run: an earlier case took too long"))
                    continue
                printed, self.running = Printed(), case
                with listening(printed) as warned:
                    outcomes.append(self._one(probe, exercise, case))
                self.printed[exercise.name][number] = printed.kept + (
                    f"… {printed.lines} lines" if len(printed.kept) == KEPT_LETTERS else ""
                )
                self.warned[exercise.name] += [text for text in warned if text not in self.warned[exercise.name]]
        return outcomes

    def _one(self, probe: Any, exercise: Exercise, case: Case) -> Outcome:
        try:
            with time_limit(exercise.seconds):
                outcome = run_case(probe, self.space, exercise.target, case.fresh(), forbids=exercise.forbids)
        except OutOfTime:  # it rang between the learner's code and the end of the limit
            outcome = Outcome("error", error="OutOfTime")
        if outcome.error == "OutOfTime":
            return Outcome("timeout", message=f"stopped after {exercise.seconds:g} s", line=outcome.line)
        return Outcome("value", value=plain(outcome.value)) if outcome.kind == "value" else outcome


def plain(value: Any) -> Any:
    """A copy as grading would see it: subclasses and gradients stripped, and no later call can change it."""
    try:
        return decode(encode(value))
    except WireError:
        return value  # too large for a frame: grading will say so


@contextlib.contextmanager
def substituted(space: MutableMapping[str, Any], references: Mapping[str, Any]) -> Iterator[None]:
    """Put the references into the namespace for a while, then put back what was there."""
    before = {name: space.get(name, ABSENT) for name in references}
    space.update(references)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is ABSENT:
                space.pop(name, None)
            else:
                space[name] = value


@contextlib.contextmanager
def listening(printed: Printed) -> Iterator[list[str]]:
    """Take what is printed and warned; nobody answers `input`."""
    texts: list[str] = []
    ask, builtins.input = builtins.input, _nobody_answers
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(record=True) as caught,
        ):
            try:
                yield texts
            finally:
                texts += [
                    f"{w.category.__name__}: {str(w.message).splitlines()[0][:200]}" for w in caught if str(w.message)
                ]
    finally:
        builtins.input = ask


def _nobody_answers(prompt: object = "") -> str:
    raise EOFError("input() has nobody to ask while a function is judged; take what you need as an argument")


@contextlib.contextmanager
def nothing_changed() -> Iterator[None]:
    """Put back the random state of Python and NumPy, NumPy's error settings, and matplotlib's settings and figures.

    `run.quiet_state` does the same for torch, case by case.
    """
    state, numpy_state, errors = random.getstate(), np.random.get_state(), np.geterr()
    with contextlib.ExitStack() as stack:
        if "matplotlib" in sys.modules:
            stack.enter_context(sys.modules["matplotlib"].rc_context())
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            stack.callback(_close_new, pyplot, frozenset(pyplot.get_fignums()))
        try:
            yield
        finally:
            random.setstate(state)
            np.random.set_state(numpy_state)
            np.seterr(**errors)


def _close_new(pyplot: Any, before: frozenset[int]) -> None:
    for number in frozenset(pyplot.get_fignums()) - before:
        pyplot.close(number)
