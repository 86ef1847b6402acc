"""What one comparison is, and the clock it is taken with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seconds:
    """wall: on the clock; cpu: of all processors, child processes included (not on Windows)."""

    wall: float
    cpu: float

    def each(self, things: int) -> Seconds:
        """For one of so many things."""
        return Seconds(self.wall / things, self.cpu / things)


@dataclass(frozen=True)
class Row:
    """One comparison. peer, theirs: None where there is none to compare with, and `note` says why."""

    what: str
    peer: str
    ours: Seconds
    theirs: Seconds | None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Our CPU time over theirs: below one, we are faster."""
        return _ratio(self.ours.cpu, self.theirs.cpu if self.theirs else 0.0)

    @property
    def wall_ratio(self) -> float | None:
        """The same on the clock; on a machine with other work it is the worse measure."""
        return _ratio(self.ours.wall, self.theirs.wall if self.theirs else 0.0)

    def data(self) -> dict[str, Any]:
        """For JSON, seconds."""
        theirs = None if self.theirs is None else vars(self.theirs)
        return {
            "what": self.what,
            "peer": self.peer,
            "ours": vars(self.ours),
            "theirs": theirs,
            "cpu_ratio": self.ratio,
            "wall_ratio": self.wall_ratio,
            "note": self.note,
        }


def _ratio(ours: float, theirs: float) -> float | None:
    return ours / theirs if theirs > 0 else None


def cpu_seconds() -> float:
    """CPU time of this process and of the children that it has waited for."""
    try:
        import resource
    except ImportError:  # Windows
        return time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(work: Callable[[], Any], repeats: int = 1) -> Seconds:
    """The fastest of so many runs, wall and CPU each."""
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}: run at least once")
    runs = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), cpu_seconds()
        work()
        runs.append((time.perf_counter() - wall, cpu_seconds() - cpu))
    return Seconds(min(wall for wall, _ in runs), min(cpu for _, cpu in runs))


def missing(what: str, peer: str, ours: Seconds, why: str) -> Row:
    """A row without its peer."""
    return Row(what, peer, ours, None, f"skipped: {why}")
