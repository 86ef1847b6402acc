"""The unit of work: one submission in, one grade out, as plain data, in this process or on another machine.

    grader = Grader.of(course, chapter)         # picklable: it takes along what it needs of the course folder
    data = grader.grade(Task("ada", seed, notebook=Path("ada.ipynb").read_bytes()))
    Grade.from_data(data).points

A grade depends on the task and on the grader alone: not on what was graded before, on the load or on the machine.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch

from autograder import judge, mistake_runs
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.grade import grade, released_notebook, trains
from autograder.limits import Limits
from autograder.marks import Grade, nothing
from autograder.pool import Zygote

TRIES = 3
PAUSE_SECONDS = 0.5  # for what passes by itself: too many processes, or open files


@dataclass(frozen=True)
class Task:
    """One submission: its notebook as bytes, or the path of its file; with both, the path only names it.

    seed     that it is graded with
    problem  why nothing of it can be graded, where that is known already; remark: what is odd about it
    """

    learner: str
    seed: int
    path: Path | None = None
    notebook: bytes | None = None
    problem: str = ""
    remark: str = ""


class Grader:
    """Grades one chapter's submissions one by one; its zygote starts with the first. One thread at a time."""

    def __init__(self, chapter: Chapter, released: Mapping[str, Any] | None = None, limits: Limits | None = None):
        self.chapter, self.released, self.limits = chapter, released, limits
        self._zygote: Zygote | None = None
        self._seed: int | None = None

    @classmethod
    def of(cls, course: Course, chapter: Chapter, limits: Limits | None = None) -> Self:
        """With the learner's copy that the course folder holds."""
        return cls(chapter, released_notebook(course, chapter), limits)

    def grade(self, task: Task) -> dict[str, Any]:
        """The grade, as `Grade.as_data` has it. Raises UserError where this machine cannot grade, for nothing else.

        Where the system fails in the middle, a new zygote tries again. A submission at which that happens each time,
        though the machine is sound, has 0 points, a reason, and `incident`: it shall not stop the class.
        """
        for left in reversed(range(TRIES)):
            try:
                return self._grade(task).as_data()
            except (UserError, OSError) as error:
                said = str(error)
            except Exception as error:  # a fault of ours: the class shall not wait for it
                why = f"the grader itself failed here ({type(error).__name__}: {error}); please tell its maintainers"
                return self._incident(task, why)
            self.close()
            if left:
                time.sleep(PAUSE_SECONDS)
        self._prove_sound()
        return self._incident(task, f"it could not be graded, {TRIES} times: {said}; please grade it by hand")

    def _incident(self, task: Task, why: str) -> dict[str, Any]:
        return nothing(task.learner, self.chapter.name, self._possible(), why[:500], incident=True).as_data()

    def _prove_sound(self) -> None:
        """Raise UserError where not even an empty submission can be graded here: then it is the machine."""
        try:
            with self.start().child([]) as child:
                if not child.alive:
                    raise UserError(f"an empty notebook's process ended: {child.died}")
            with tempfile.TemporaryFile() as file:
                file.write(bytes(1 << 20))
        except OSError as error:
            raise UserError(f"this machine cannot grade: {error.strerror or error}") from error

    def start(self) -> Zygote:
        """Start what is slow to start, if it does not run yet."""
        if self._zygote is None:
            torch.set_num_threads(1)
            self._zygote = Zygote(uses=self.chapter.uses, limits=self.limits, training=trains(self.chapter))
        return self._zygote

    def close(self) -> None:
        """End the zygote and all that it started."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"chapter": self.chapter, "released": self.released, "limits": self.limits}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def _possible(self) -> dict[str, float]:
        return {name: self.chapter.possible(name) for name in self.chapter.exercises}

    def _grade(self, task: Task) -> Grade:
        file = task.path if task.notebook is None else task.notebook
        if task.problem or file is None:
            why = task.problem or "no notebook was handed in"
            return nothing(task.learner, self.chapter.name, self._possible(), why)
        zygote = self.start()
        if task.seed != self._seed:
            judge.forget()  # a class is large: what belongs to the seed before goes
            mistake_runs.forget()
            self._seed = task.seed
        called = {"name": task.path.name} if task.path is not None else {}
        made = grade(file, self.chapter, zygote, task.seed, learner=task.learner, released=self.released, **called)
        return replace(made, remarks=(task.remark, *made.remarks)) if task.remark else made
