"""A Dask cluster: the grades of this machine, only from workers with the same course, and one line for what fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from distributed import LocalCluster

from autograder.cluster import fitness, worker
from autograder.cluster.run import Cluster
from autograder.course import Course
from autograder.errors import UserError
from autograder.launch import CAN_FORK
from autograder.marks import Grade
from autograder.workers import Grader, Task
from tests.grading.conftest import hand_in, kinds, small
from tests.grading.deadly import Deadly
from tests.kinds import declarations

__all__ = ["kinds", "small"]  # fixtures
WRONG = {"cross_entropy": declarations.cross_entropy.mistakes[0].source}
pytestmark = pytest.mark.skipif(not CAN_FORK, reason="a zygote needs fork")


@pytest.fixture(scope="module")
def local() -> Iterator[LocalCluster]:
    """A scheduler and a worker in this process; they listen on loopback."""
    with LocalCluster(
        n_workers=1, processes=False, threads_per_worker=1, dashboard_address=":0", protocol="tcp"
    ) as made:
        yield made


def plain(grade: Grade) -> Grade:
    return replace(grade, seconds=0.0)


def test_grades_of_the_cluster_are_those_of_this_machine_and_a_death_loses_nobody(
    small: Course, local: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.cluster.deaths.MOST", 2)  # each death costs a new process, seconds
    (chapter,) = small.chapters
    tasks = [
        Task("ada", 5, hand_in(small.root, "ada")),
        Task("cem", 6, hand_in(small.root, "cem", WRONG), remark="odd"),
    ]
    tasks += [Task("dia", 6, hand_in(small.root, "dia", text="{")), Task("gus", 5, small.root / "nothing.ipynb")]
    with Grader.of(small, chapter) as grader:
        here = {task.learner: plain(Grade.from_data(grader.grade(task))) for task in tasks}
    tasks += [Task(name, 5, hand_in(small.root, name)) for name in ("eva", "fay")]
    address = str(local.scheduler_address)
    told = list[str]()
    made = list(Cluster(address, unsandboxed=True, say=told.append).work(Deadly.of(small, chapter), tasks))
    there = {grade.learner: plain(grade) for grade in made}
    assert len(made) == len(there) == len(tasks) and not told
    assert {learner: there[learner] for learner in here} == here
    assert here["cem"].points == 3
    assert there["eva"].incident and "ended 2 times on this notebook" in there["eva"].reason
    assert there["fay"].incident and "ZeroDivisionError: a fault of ours" in there["fay"].reason
    assert not worker._desks and not worker._timers  # all processes have ended


def test_a_worker_with_another_course_or_no_sandbox_gets_no_work(
    small: Course, local: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, told = Task("ada", 5, hand_in(small.root, "ada")), list[str]()
    said = {
        "versions": {"Python": "3.11", "torch": "2.13", "course": "1"},
        "strength": "partly sandboxed",
        "sandbox": "partly sandboxed: limits",
    }
    wanted = {"Python": "3.11", "torch": "2.13", "course": "2"}
    assert fitness.unfit(said, wanted, True).startswith("it has course 1, this machine 2; install the same version")
    assert "would run submissions partly sandboxed" in fitness.unfit(said, said["versions"], False)  # type: ignore[arg-type]
    assert fitness.unfit(said, said["versions"], True) == ""  # type: ignore[arg-type]
    monkeypatch.setattr("autograder.cluster.run.facts", lambda grader: wanted)
    cluster = Cluster(str(local.scheduler_address), unsandboxed=True, say=told.append)
    with pytest.raises(UserError, match=r"no worker of .* can grade: it has torch 2.13.0.*, this machine 2.13;"):
        list(cluster.work(Grader.of(small, small.chapters[0]), [task]))
    assert len(told) == 1 and "gets no work: it has torch" in told[0] and not worker._desks


def test_a_wrong_address_and_a_scheduler_without_workers_are_one_line(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.cluster.client.CONNECT_SECONDS", 1.0)
    grader, task = Grader.of(small, small.chapters[0]), Task("ada", 5, hand_in(small.root, "ada"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        for address in (f"tcp://127.0.0.1:{taken.getsockname()[1]}", "gopher://127.0.0.1:70"):
            with pytest.raises(
                UserError, match=rf"no Dask scheduler answers at {address} \(.*--cluster tcp://HOST:8786"
            ):
                list(Cluster(address).work(grader, [task]))
    nobody = pytest.raises(UserError, match=r"has no workers; start some with: dask worker tcp://127")
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp") as empty, nobody:
        list(Cluster(str(empty.scheduler_address), alone=0.0).work(grader, [task]))
    assert list(Cluster("tcp://nowhere:1").work(grader, [])) == []  # nothing to do: nobody is asked


def test_a_place_that_was_idle_for_long_ends_and_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()

    class Desk:
        def __init__(self, grader: bytes):
            self.facts = {"versions": {}}

        def close(self) -> None:
            closed.set()

    monkeypatch.setattr(worker, "Desk", Desk)
    monkeypatch.setattr(worker, "IDLE", 0.05)
    worker.ready("a place", b"")
    assert closed.wait(10)
    assert worker.grade("a place", [b""]) == f'"{worker.STRANGER}"'
