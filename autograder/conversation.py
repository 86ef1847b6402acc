"""The checker's half of the conversation with one child: it sends cells and cases, and believes no answer unchecked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from autograder import answers, remembered, wire
from autograder.answers import CellError
from autograder.lease import LOST, Lease
from autograder.limits import Limits
from autograder.outcome import Outcome

T = TypeVar("T")
LONGEST_CELL = 1_000_000
MOST_ANSWERED = 128 << 20  # bytes, by one child: all its answers stand in the checker's memory together
ALL_CASES = 4  # times what one case may take: who is just in time in each of fifty is too slow
BAD_CELLS = 2  # so many cells that hang or kill are left out before the rest is given up


class Child:
    """One submission's process; made by `Zygote.child`. A context manager, or call close().

    cell_errors   {name: CellError} of the cells that raised, hung or ended the process
    skipped       names of the cells left out because they hung or ended the process; pass them on as `skip`
    output        the first of what it printed, up to its last answer
    died          '' while it lives, else why it does not
    """

    def __init__(
        self, lease: Callable[[], Lease], limits: Limits, cells: Sequence[tuple[str, str]], skip: frozenset[str]
    ):
        self._new_lease, self._limits = lease, limits
        self._cells = [cell for cell in cells if len(cell[1]) <= LONGEST_CELL]
        self._lease: Lease | None = None
        self._second_life = True  # for the case that another submission killed the zygote
        too_long = CellError("ValueError", f"the cell is longer than {LONGEST_CELL:,} letters", "")
        self.cell_errors = {name: too_long for name, source in cells if len(source) > LONGEST_CELL}
        self.skipped = skip
        self.output = self.died = ""
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """False once it has died or had to be stopped."""
        return not self.died

    @property
    def zygote_died(self) -> bool:
        """True where it died with the zygote, twice, perhaps through another submission's fault."""
        return self.died == LOST

    def run(
        self,
        target: str,
        probe: str,
        cases: Sequence[Mapping[str, Any] | bytes],
        *,
        seed: int = 0,
        forbids: Sequence[str] = (),
        seconds: float | None = None,
    ) -> list[Outcome]:
        """Run a probe beside the learner's function on each case; one outcome a case, in order.

        target   the name of the learner's function or class
        probe    source text of `probe(target, **case)`
        cases    arguments by name, plain data, or the same encoded; labels and expected values have no place here
        seed     torch's seed before each case
        forbids  names of torch functions that the learner is to write
        seconds  wall clock of each case, and a quarter of that of all; None: the limits' own

        Never raises for what the submission does. At a time-out or a death the case gets that outcome, the cases after
        it are "died", not run, and `alive` is False. Raises WireError where a case is too large to be sent.
        """
        job = {"do": "probe", "target": target, "source": probe, "forbids": tuple(forbids), "seed": seed}
        job |= {"cases": len(cases)}
        allowed = self._limits.seconds if seconds is None else seconds
        bodies = [
            case if isinstance(case, bytes) else wire.encode(case, max_bytes=self._limits.frame_bytes) for case in cases
        ]
        outcomes = self._all_cases(job, bodies, allowed)
        if self.died == LOST and self._another_life():
            outcomes = self._all_cases(job, bodies, allowed)
        return outcomes

    def close(self) -> None:
        """Kill the process with its descendants, wait until they are gone, empty its folder."""
        self._end("closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _another_life(self) -> bool:
        """Start again after the zygote's death, once: it may have been another submission's doing."""
        again, self._second_life = self._second_life, False
        if again:
            self._open()
        return again and self.alive

    def _open(self) -> None:
        """A process in which all cells have run but those that hang or kill."""
        for _ in range(BAD_CELLS + 1):
            self.close()
            self._lease = self._new_lease()
            self._reader = wire.Reader(self._lease.channel, self._limits.frame_bytes)
            self.died, self.output, self._room = "", "", MOST_ANSWERED
            culprit = self._execute([cell for cell in self._cells if cell[0] not in self.skipped])
            if self.died == LOST:
                self._another_life()
                return
            if not culprit:
                return
            self.skipped |= {culprit}

    def _execute(self, cells: Sequence[tuple[str, str]]) -> str:
        """Execute the cells; the name of the one at which the process hung or died, or ''."""
        allowed = self._limits.cells_seconds
        deadline = time.monotonic() + allowed
        self._send([wire.encode({"do": "cells", "cells": cells})], deadline)
        for name, _ in cells:
            answer = self._heard(partial(answers.to_cell, name, self._limits.frame_bytes), deadline, allowed)
            if isinstance(answer, Outcome):
                if self.died != LOST:
                    error = "TimeoutError" if answer.kind == "timeout" else "ProcessDied"
                    self.cell_errors[name] = CellError(error, answer.message, "")
                return name
            if (raised := answers.cell_error(answer)) is not None:
                self.cell_errors[name] = raised
        return ""

    def _all_cases(self, job: dict[str, Any], bodies: Sequence[bytes], seconds: float) -> list[Outcome]:
        outcomes: list[Outcome] = []
        until = time.monotonic() + ALL_CASES * seconds
        if self.alive:
            self._send([wire.encode(job), *bodies], time.monotonic() + seconds)
        for number in range(len(bodies)):
            if not self.alive:
                outcomes.append(Outcome("died", message=f"not run: {self.died}"))
                continue
            left = until - time.monotonic()
            span = seconds if left >= seconds else ALL_CASES * seconds
            read = partial(remembered.outcome, number, self._limits.frame_bytes)
            outcomes.append(self._heard(read, time.monotonic() + min(seconds, left), span))
        return outcomes

    def _send(self, bodies: Sequence[bytes], deadline: float) -> None:
        assert self._lease is not None
        with contextlib.suppress(EOFError, TimeoutError):  # the answer that fails to come will say which
            wire.send(self._lease.channel, b"".join(map(wire.frame, bodies)), deadline)

    def _heard(self, read: Callable[[bytearray], tuple[T, str]], deadline: float, seconds: float) -> T | Outcome:
        """What `read` makes of the next answer; or an outcome, where the process had to be stopped or is dead."""
        try:
            body = self._reader.body(deadline)
            self._room -= len(body)
            if self._room < 0:
                raise wire.WireError(f"more than {MOST_ANSWERED >> 20} MB in all")
            answer, printed = read(body)
        except TimeoutError:
            self._end(f"stopped after {seconds:g} s")
            return Outcome("timeout", message=self.died)
        except EOFError:
            self._end("", now=False)
            return Outcome("died", message=self.died)
        except wire.WireError as error:
            self._end(f"it sent what it must not: {error}")
            return Outcome("died", message=self.died)
        self.output = (self.output + printed)[: self._limits.output_bytes]
        return answer

    def _end(self, why: str, *, now: bool = True) -> None:
        """Stop the process if it runs; `died` says why, in the words of how it ended where these say more."""
        if self._lease is None:
            return
        lease, self._lease = self._lease, None
        how = lease.end(now)
        self.died = how if how == LOST or not why else why
