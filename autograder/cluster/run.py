"""The teacher's side of a cluster: who is there, what comes back, and what was lost with a worker.

Submissions go out as bytes, a few of one seed at a time; grades come back as JSON, and only this process writes them
down. Each worker is asked first whether it has the same course, and a sandbox. What a worker had when it died is
graded again, each submission alone and last; one on which graders end three times gets a score and a reason.
"""

from __future__ import annotations

import contextlib
import json
import queue
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.cluster import worker
from autograder.cluster.client import KEPT, connected, workers
from autograder.cluster.fitness import unfit, why_not
from autograder.cluster.places import Place, Places
from autograder.cluster.process import facts
from autograder.errors import UserError
from autograder.marks import Grade
from autograder.workers import Grader, Task

if TYPE_CHECKING:
    from distributed import Client, Future

LOOK_SECONDS = 1.0  # how often the scheduler is asked who is there
ALONE_SECONDS = 30.0  # to wait for a first or a new worker; a nanny starts one in ten
ANSWER_SECONDS = 180.0  # for a worker's first answer: it loads torch, and may be busy with another's work
LOST = "its answer was lost"


def _print(line: str) -> None:
    print(line, file=sys.stderr)


@dataclass
class Cluster:
    """The workers of one Dask scheduler.

    unsandboxed  also take workers whose sandbox has holes: for people you trust
    say          is told, a line each, which workers are refused
    alone        seconds to wait for workers where there are none
    """

    address: str
    unsandboxed: bool = False
    say: Callable[[str], None] = _print
    alone: float = ALONE_SECONDS

    def work(self, grader: Grader, tasks: Sequence[Task]) -> Iterator[Grade]:
        """The grades, as they become ready. Raises UserError where there is nobody to grade."""
        if tasks:
            with connected(self.address) as client:
                yield from Run(self, client, grader, tasks).grades()


class Run:
    """One class on the cluster."""

    def __init__(self, cluster: Cluster, client: Client, grader: Grader, tasks: Sequence[Task]):
        self.cluster, self.client, self.wanted = cluster, client, facts(grader)
        self.places, self.left = Places(client, grader, tasks), len(tasks)
        self.schedule, self.deaths = self.places.schedule, self.places.deaths
        self.known: dict[str, str] = {}  # the address of a worker: its id, which is a new one after a new start
        self.refused: dict[str, str] = {}  # id: why
        self.alone_since = self.asked_since = time.monotonic()

    def grades(self) -> Iterator[Grade]:
        """All of them."""
        look = 0.0
        try:
            while self.left:
                found: list[Grade] = []
                if time.monotonic() >= look:
                    found = self._look()
                    look = time.monotonic() + LOOK_SECONDS
                with contextlib.suppress(queue.Empty):
                    found += self._take(*self.places.done.get(timeout=0.01 if found else LOOK_SECONDS))
                self.places.give()
                self.left -= len(found)
                yield from found
        finally:
            self.places.dismiss()

    def _look(self) -> list[Grade]:
        """Ask workers that are new, take tasks back from those that have gone."""
        there, given_up = workers(self.client, self.cluster.address), list[Grade]()
        lost = {address for address, id_ in self.known.items() if there.get(address, {}).get("id") != id_}
        for place in [place for place in self.places.of.values() if place.address in lost]:
            given_up += self._bury(place, "its worker was lost")
        self.known = {address: about["id"] for address, about in there.items()}
        have = Counter(place.address for place in self.places.of.values())
        for address, about in there.items():
            if about["id"] not in self.refused:
                for _ in range(about["nthreads"] - have[address]):
                    self.places.ask(address)
        self._somebody(there)
        return given_up

    def _somebody(self, there: Mapping[str, Mapping[str, Any]]) -> None:
        """Raise UserError where nobody is there to grade, and nobody will come."""
        now, address = time.monotonic(), self.cluster.address
        if any(place.ready for place in self.places.of.values()):
            self.alone_since = self.asked_since = now
        elif self.places.of:
            self.alone_since = now
            if now - self.asked_since > ANSWER_SECONDS:
                raise UserError(f"no worker of {address} answers; are they busy with other work? {KEPT}")
        elif refused := [self.refused[about["id"]] for about in there.values() if about["id"] in self.refused]:
            raise UserError(f"no worker of {address} can grade: {refused[0]}")
        elif now - self.alone_since > self.cluster.alone:
            raise UserError(
                f"the scheduler at {address} has no workers; start some with: dask worker {address} --nthreads 1"
            )

    def _take(self, name: str, future: Future[str]) -> list[Grade]:
        """What a place has answered; nothing of one that has gone."""
        place = self.places.of.get(name)
        if place is None or place.future is not future:
            return []
        place.future = None
        if future.status == "error":
            return self._refuse(place, why_not(future))
        try:
            said = json.loads(future.result(timeout=ANSWER_SECONDS))
        except Exception:  # the worker has died since, or the scheduler has dropped it
            self.deaths.one(LOST, len(self.places.of))
            return self._again(place)
        if said == worker.STRANGER:
            return self._again(place)
        return self._read(place, said) if place.ready else self._hire(place, said)

    def _hire(self, place: Place, said: Mapping[str, Any]) -> list[Grade]:
        if why := unfit(said, self.wanted, self.cluster.unsandboxed):
            return self._refuse(place, why)
        if "died" in said:
            return self._bury(place, f"its process ended with {said['died']}")
        place.ready = True
        return []

    def _read(self, place: Place, answers: Sequence[Mapping[str, Any]]) -> list[Grade]:
        """The answers to the tasks of a place, in order."""
        made, tasks, place.tasks, cannot = list[Grade](), place.tasks, [], ""
        for task, answer in zip(tasks, answers, strict=True):
            if "grade" in answer:
                made.append(Grade.from_data(answer["grade"]))
                self.deaths.in_a_row = 0
            elif "died" in answer:
                made += self.deaths.on(task, f"its process ended with {answer['died']}", len(self.places.of))
            else:
                cannot = answer["cannot"]
                self.schedule.again([task])
        if cannot:
            self._refuse(place, cannot)
        return made

    def _again(self, place: Place) -> list[Grade]:
        """Take a place's tasks back; its worker is asked anew."""
        self.schedule.again(self.places.drop(place)[::-1])
        return []

    def _refuse(self, place: Place, why: str) -> list[Grade]:
        """No more work for a worker, and a line why."""
        id_ = self.known.get(place.address, "")
        if id_ not in self.refused:
            self.cluster.say(f"the worker {place.address} gets no work: {why}")
        self.refused[id_] = why
        self.places.leave(place)
        return self._again(place)

    def _bury(self, place: Place, how: str) -> list[Grade]:
        tasks, places = self.places.drop(place), len(self.places.of)
        if not tasks:
            self.deaths.one(how, places)
        return [grade for task in tasks for grade in self.deaths.on(task, how, places)]
