"""One grader for many submissions of a chapter: nbgrader makes its preprocessors anew for each."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path

import torch

from autograder import sandbox
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.handed_in import Handed
from autograder.marks import Grade
from autograder.seeds import grading_seed, secret
from autograder.workers import Grader, Task

IDLE = 60.0  # seconds; a formgrader lives for days


class Keeper:
    """Grades with a zygote that stays for the next submission of the same chapter, and ends when none comes."""

    def __init__(self, idle: float = IDLE) -> None:
        self.idle = idle
        self._lock = threading.RLock()
        self._kept: tuple[Path, Chapter, Grader] | None = None
        self._timer = threading.Timer(idle, self.close)
        atexit.register(self.close)

    def grade(self, course: Course, chapter: Chapter, handed: Handed, *, unsandboxed: bool = False) -> Grade:
        """Grade one submission out of process. Raises UserError where this machine has no sandbox, unless told to."""
        if not unsandboxed and sandbox.strength() != "sandboxed":
            raise UserError(
                f"this machine would run submissions {sandbox.description()}; for people you trust, "
                "set c.Grade.unsandboxed = True in nbgrader_config.py"
            )
        seed = grading_seed(secret(course.root), chapter.name, handed.learner)
        task = Task(handed.learner, seed, handed.path, problem=handed.problem, remark=handed.remark)
        with self._lock:
            grader, threads = self._for(course, chapter), torch.get_num_threads()
            torch.set_num_threads(1)  # the references' sums must not depend on the machine
            try:
                return Grade.from_data(grader.grade(task))
            finally:
                torch.set_num_threads(threads)
                self._timer = timer = threading.Timer(self.idle, lambda: self._idle(timer))
                timer.daemon = True
                timer.start()

    def close(self) -> None:
        """End the grader, if there is one."""
        with self._lock:
            self._timer.cancel()
            kept, self._kept = self._kept, None
            if kept is not None:
                kept[2].close()

    def _for(self, course: Course, chapter: Chapter) -> Grader:
        self._timer.cancel()
        if self._kept is None or self._kept[:2] != (course.root, chapter):
            self.close()
            self._kept = (course.root, chapter, Grader.of(course, chapter))
        return self._kept[2]

    def _idle(self, timer: threading.Timer) -> None:
        """Nobody came; but one may have come while this waited for the lock."""
        with self._lock:
            if timer is self._timer:
                self.close()


keeper = Keeper()
