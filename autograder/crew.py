"""Worker processes that grade side by side, each with a zygote of its own. One that dies is replaced."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, NoReturn

from autograder.errors import UserError
from autograder.limits import PR_SET_PDEATHSIG, prctl
from autograder.marks import Grade, nothing
from autograder.schedule import Schedule
from autograder.workers import Grader, Task

MOST_DEATHS = 8  # of all workers together, without a grade between them
DEATHS_OF_ONE = 2  # on the same submission: then it is left out
END_SECONDS = 20.0  # to end a zygote on a busy machine


@dataclass
class Worker:
    """A process, our end of its pipe, and the tasks that it has."""

    number: int
    process: SpawnProcess
    pipe: Connection
    tasks: list[Task] = field(default_factory=list)


def work(grader: Grader, tasks: Sequence[Task], jobs: int) -> Iterator[Grade]:
    """The grades, as they become ready. Raises UserError where a worker cannot grade at all."""
    schedule, deaths, crew = Schedule(tasks), Counter[str](), dict[Connection, Worker]()
    left = len(tasks)
    try:
        for number in range(min(jobs, left)):
            _hire(crew, number, grader, schedule)
        while left:
            for pipe in wait(list(crew)):
                worker = crew[pipe]  # type: ignore[index]
                try:
                    kind, said = worker.pipe.recv()
                except (EOFError, OSError):
                    given_up = _bury(crew, worker, schedule, deaths)
                    if given_up is not None:
                        left -= 1
                        yield _lost(grader, given_up)
                    _hire(crew, worker.number, grader, schedule)
                    continue
                if kind == "cannot":
                    raise UserError(said)
                worker.tasks.pop(0)
                deaths["all of them"] = 0
                left -= 1
                if not worker.tasks:
                    _give(worker, schedule)
                yield Grade.from_data(said)
    finally:
        for worker in crew.values():
            worker.pipe.close()
            if left:
                worker.process.terminate()
        for worker in crew.values():
            worker.process.join(END_SECONDS)
            worker.process.kill()
            worker.process.join()
            worker.process.close()


def _hire(crew: dict[Connection, Worker], number: int, grader: Grader, schedule: Schedule) -> None:
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(theirs, grader, os.getpid()), daemon=True)
    with _deaf():
        process.start()
    theirs.close()
    worker = crew[ours] = Worker(number, process, ours)
    _give(worker, schedule)


def _give(worker: Worker, schedule: Schedule) -> None:
    worker.tasks = schedule.next(worker.number)
    with contextlib.suppress(OSError):  # it is dead: to read from it says so too
        worker.pipe.send(worker.tasks)


def _bury(crew: dict[Connection, Worker], worker: Worker, schedule: Schedule, deaths: Counter[str]) -> Task | None:
    """Take a dead worker's tasks back; the one that it died on, if that has happened before."""
    del crew[worker.pipe]
    worker.pipe.close()
    worker.process.join()
    status = worker.process.exitcode
    worker.process.close()
    suspect = worker.tasks[0] if worker.tasks else None
    deaths.update([suspect.learner if suspect else "", "all of them"])
    if deaths["all of them"] > MOST_DEATHS:
        how = f"signal {-status}" if status and status < 0 else f"status {status}"
        raise UserError(
            f"the grading processes end again and again (the last one with {how}); "
            "if memory is short, grade with fewer --jobs; what was graded so far is kept"
        )
    given_up = suspect if suspect and deaths[suspect.learner] >= DEATHS_OF_ONE else None
    schedule.again([task for task in worker.tasks if task is not given_up][::-1])
    return given_up


def _lost(grader: Grader, task: Task) -> Grade:
    why = f"the process that grades ended {DEATHS_OF_ONE} times on this notebook; please grade it by hand"
    possible = {name: grader.chapter.possible(name) for name in grader.chapter.exercises}
    return nothing(task.learner, grader.chapter.name, possible, why, incident=True)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is for us alone: a process started inside does not hear it. Ours comes after the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, grader: Grader, parent: int) -> None:
    """A worker's life: tasks in, a grade for each out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # also where the parent is killed, no process and no folder stays
    if os.getppid() != parent:
        return
    try:
        with contextlib.suppress(EOFError, OSError):
            while tasks := pipe.recv():
                for task in tasks:
                    pipe.send(_answer(grader, task))
            pipe.recv()  # nothing is left to do: stay until everybody is done
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent's end may come as both; the second must not cut in
        grader.close()


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit


def _answer(grader: Grader, task: Task) -> tuple[str, Any]:
    try:
        return "grade", grader.grade(task)
    except UserError as error:
        return "cannot", str(error)
