"""How much memory a process and all below it take, looked at while it runs."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil

EVERY = 0.5  # seconds


class Watch:
    """Looks at a process tree until it has ended. `seen`: bytes, a shared page counted once, one number a look."""

    def __init__(self, process: psutil.Process):
        self.process, self.seen = process, list[int]()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def peaks(self) -> tuple[float, float]:
        """MB: the most in the first half of the run, and the most of all. The first second is left out."""
        seen = self.seen[2:] or self.seen or [0]
        return max(seen[: max(1, len(seen) // 2)]) / 1e6, max(seen) / 1e6

    def _look(self) -> None:
        while self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
            with contextlib.suppress(psutil.Error):
                self.seen.append(sum(map(_bytes, [self.process, *self.process.children(recursive=True)])))
            with contextlib.suppress(psutil.TimeoutExpired):
                self.process.wait(EVERY)


def _bytes(process: psutil.Process) -> int:
    """PSS where the system tells it, else RSS; 0 of one that has just ended."""
    with contextlib.suppress(psutil.Error):
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    return 0


def run(command: Sequence[str], cwd: Path, env: dict[str, str]) -> tuple[int, str, tuple[float, float]]:
    """Run a command: exit status, what it said on standard error, and `peaks`."""
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    watch = Watch(psutil.Process(process.pid))
    said = process.communicate()[1]
    watch.join()
    return process.returncode, said, watch.peaks()
