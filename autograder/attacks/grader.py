"""The path of `ngram2bert grade`, one submission at a time and under lower limits."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Self

import torch

from autograder import sandbox, workers
from autograder.attacks.ground import RIGHT, Ground
from autograder.batch import submissions
from autograder.limits import Limits
from autograder.marks import Grade
from autograder.outcome import Outcome
from autograder.pool import Child, Zygote
from autograder.seeds import grading_seed, secret

# so low that what uses up all it gets harms nobody
LIMITS = Limits(
    seconds=0.6,
    cells_seconds=1.5,
    cpu_seconds=10,
    memory_bytes=256 << 20,
    file_bytes=1 << 20,
    folder_bytes=4 << 20,
    folder_files=200,
    open_files=40,
    processes=100,
)
RESTARTS = 1000  # where layers are left out, many an attack kills the zygote


class Grader:
    """A worker of the grader, whose zygote has these limits; a context manager.

    without  layers of the sandbox to leave out: for the tests of this suite
    layers   {layer of the sandbox: whether it holds here}
    seed     of everybody's cases
    """

    def __init__(self, ground: Ground, without: Collection[str] = ()):
        torch.set_num_threads(1)
        self.ground = ground
        self.seed = grading_seed(secret(ground.root), ground.chapter.name, RIGHT)
        self.zygote = Zygote(
            uses=ground.chapter.uses, limits=LIMITS, training=False, without=without, restarts=RESTARTS
        )
        self.layers = {name: name in self.zygote.layers for name in sandbox.NAMES}
        self._worker = workers.Grader.of(ground.course, ground.chapter, LIMITS)
        self._worker._zygote = self.zygote

    @property
    def folder(self) -> Path:
        """Where the children's folders are."""
        return self.zygote.folder

    def grade(self, learner: str) -> Grade:
        """What the learner's submission earns."""
        handed = submissions(self.ground.root / "submitted", self.ground.chapter.name)
        hand = next(hand for hand in handed if hand.learner == learner)
        task = workers.Task(learner, self.seed, hand.path, problem=hand.problem, remark=hand.remark)
        return Grade.from_data(self._worker.grade(task))

    def neighbour(self) -> Child:
        """A child of the right submission, for the time of an attack."""
        return self.zygote.child([(name, e.source) for name, e in self.ground.exercises.items() if name == "row_sums"])

    def answers(self, child: Child) -> list[Outcome]:
        """What it answers."""
        exercise = self.ground.exercises["row_sums"]
        cases = exercise.make_cases(self.seed)
        return child.run(exercise.target, exercise.probe_source, [case.encoded for case in cases], seconds=20)

    def left_in_folders(self) -> list[str]:
        """Working folders in which something was left."""
        return [str(folder) for folder in self.folder.iterdir() if not folder.is_dir() or any(folder.iterdir())]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()
