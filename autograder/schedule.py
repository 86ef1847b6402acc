"""Who grades what: each worker keeps to one seed as long as it can, since references and mistakes run once a seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from autograder.workers import Task

AT_A_TIME = 4  # few, so that at the end nobody waits long for the last worker


class Schedule:
    """Hands out tasks. Whoever gets a task, its grade is the same."""

    def __init__(self, tasks: Sequence[Task]):
        self._buckets: dict[int, deque[Task]] = {}
        for task in tasks:
            self._buckets.setdefault(task.seed, deque()).append(task)
        self._at: dict[int, int] = {}  # worker: the seed that it is at

    def next(self, worker: int) -> list[Task]:
        """The next tasks of a worker: of its own seed, else of the fullest that nobody is at, else of the fullest."""
        seed = self._at.get(worker)
        if seed not in self._buckets:
            free = [s for s in self._buckets if s not in self._at.values()] or list(self._buckets)
            if not free:
                return []
            seed = self._at[worker] = max(free, key=lambda s: len(self._buckets[s]))
        bucket = self._buckets[seed]
        tasks = [bucket.popleft() for _ in range(min(AT_A_TIME, len(bucket)))]
        if not bucket:
            del self._buckets[seed]
        return tasks

    def again(self, tasks: Sequence[Task]) -> None:
        """Take tasks back: their worker has died."""
        for task in tasks:
            self._buckets.setdefault(task.seed, deque()).appendleft(task)
