"""Graders that die or fail on certain learners, as a shortage of memory or a fault of ours would have it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from autograder.marks import Grade
from autograder.pool import Zygote
from autograder.workers import Grader, Task


class Deadly(Grader):
    """Killed on "bob" once, on "eva" each time; fails on "fay"."""

    def _grade(self, task: Task) -> Grade:
        assert task.path is not None
        mark = Path(task.path).with_suffix(".killed")
        if task.learner == "eva" or (task.learner == "bob" and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if task.learner == "fay":
            raise ZeroDivisionError("a fault of ours")
        return super()._grade(task)


class Unable(Grader):
    """On a machine whose disk is full."""

    def start(self) -> Zygote:
        """Fails."""
        raise OSError(28, "No space left on device")
