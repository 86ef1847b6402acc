"""The places where a cluster grades, one for each thread of each worker, and what each of them has."""

from __future__ import annotations

import contextlib
import queue
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.cluster import worker
from autograder.cluster.deaths import Deaths
from autograder.cluster.fitness import with_bytes
from autograder.schedule import Schedule
from autograder.workers import Grader, Task

if TYPE_CHECKING:
    from distributed import Client, Future


@dataclass
class Place:
    """One thread of a worker, and the process beside it.

    name     its own, which the worker is told; number: the same for the schedule
    ready    its worker was asked and may grade
    tasks    those that it has; future: the answer to them, or to the question
    """

    name: str
    number: int
    address: str
    ready: bool = False
    tasks: list[Task] = field(default_factory=list)
    future: Future[str] | None = None


class Places:
    """All places of a run. `done` gets the name of a place and its future when there is an answer."""

    def __init__(self, client: Client, grader: Grader, tasks: Sequence[Task]):
        self.client, self.packed = client, worker.packed(grader)
        self.schedule, self.deaths = Schedule(tasks), Deaths(grader.chapter)
        self.of: dict[str, Place] = {}
        self.done: queue.SimpleQueue[tuple[str, Future[str]]] = queue.SimpleQueue()
        self._run, self._count, self._ends = uuid.uuid4().hex, 0, list[Any]()

    def ask(self, address: str) -> None:
        """A new place on a worker, which is asked what it has."""
        self._count += 1
        place = Place(f"{self._run}/{self._count}", self._count, address)
        self.of[place.name] = place
        self._submit(place, worker.ready, self.packed)

    def give(self) -> None:
        """Work for everybody who has none: a few of one seed; what graders died on alone, and last."""
        for place in self.of.values():
            if place.ready and place.future is None:
                place.tasks = self.schedule.next(place.number)
                if not place.tasks and self.deaths.suspects:
                    place.tasks = [self.deaths.suspects.popleft()]
                if place.tasks:
                    self._submit(place, worker.grade, [worker.packed(with_bytes(task)) for task in place.tasks])

    def drop(self, place: Place) -> list[Task]:
        """No such place any more; the tasks that it had."""
        del self.of[place.name]
        if place.future is not None:
            with contextlib.suppress(Exception):  # the scheduler may have gone as well
                place.future.cancel()
        return place.tasks

    def leave(self, place: Place) -> None:
        """End the process of a place whose worker lives."""
        self._ends.append(self.client.submit(worker.leave, place.name, workers=[place.address], pure=False))

    def dismiss(self) -> None:
        """The processes end. Where the scheduler has gone they do so by themselves."""
        until = time.monotonic() + worker.END_SECONDS
        with contextlib.suppress(Exception):
            for place in self.of.values():
                self.leave(place)
            for end in self._ends:
                end.result(timeout=max(0.1, until - time.monotonic()))

    def _submit(self, place: Place, what: Callable[..., str], argument: Any) -> None:
        place.future = self.client.submit(what, place.name, argument, workers=[place.address], pure=False)
        place.future.add_done_callback(lambda future: self.done.put((place.name, future)))
