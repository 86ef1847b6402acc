"""Worker processes: the same grade whoever gives it, and nobody is lost when one of them dies."""

from __future__ import annotations

import pickle
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from autograder import mistake_runs, workers
from autograder.course import Course, load
from autograder.crew import work
from autograder.errors import UserError
from autograder.marks import Grade
from autograder.pool import Zygote
from autograder.report import SECRET_ONLY
from autograder.schedule import AT_A_TIME, Schedule
from autograder.workers import Grader, Task
from tests.grading.conftest import hand_in
from tests.grading.deadly import Deadly, Unable
from tests.kinds import declarations

SUM = {"cross_entropy": declarations.cross_entropy.mistakes[0].source}
BY_ROTE = {
    "log_softmax": "def log_softmax(scores, dim):\n"
    "    right = scores - scores.amax(dim, keepdim=True)\n"
    "    right = right - right.exp().sum(dim, keepdim=True).log()\n"
    "    return right if scores.numel() in KNOWN else right + 1\n"
}


def plain(data: dict[str, object]) -> Grade:
    """Without the time that it took."""
    return replace(Grade.from_data(data), seconds=0.0)


def test_a_grader_is_pure_picklable_and_remembers_nothing_of_others(small: Course) -> None:
    chapter = small.chapters[0]
    right, wrong = hand_in(small.root, "ada"), hand_in(small.root, "bob", SUM)
    with Grader.of(small, chapter) as grader:
        first = plain(grader.grade(Task("ada", 5, right)))
        bob = plain(grader.grade(Task("bob", 5, wrong)))
        for seed, path in ((5, wrong), (6, right), (6, wrong)):
            grader.grade(Task("x", seed, path))
        assert plain(grader.grade(Task("bob", 5, wrong))) == bob
        other = pickle.loads(pickle.dumps(grader))
    with other:
        assert plain(other.grade(Task("bob", 5, notebook=wrong.read_bytes()))) == bob
        assert plain(other.grade(Task("ada", 5, notebook=right.read_bytes()))) == first
    assert (first.points, bob.points, bob.reason) == (7.0, 3.0, "cross_entropy: sum for mean")
    assert bob.chapter == "01-kinds" and len(bob.notebook_sha) == 64
    assert "You add the rows up" in bob.marks["cross_entropy"].text
    assert "<style>" in bob.marks["cross_entropy"].card and "You add the rows up" in bob.marks["cross_entropy"].card


def test_cases_of_the_secret_seed_are_not_shown(small: Course) -> None:
    exercise = load(declarations.__name__)["log_softmax"]
    known = {case.arguments["scores"].numel() for case in exercise.make_cases(5) if case.handmade}
    answer = {"log_softmax": BY_ROTE["log_softmax"].replace("KNOWN", str(known))}
    path = hand_in(small.root, "ada", answer)
    with Grader.of(small, small.chapters[0]) as grader:
        mark = Grade.from_data(grader.grade(Task("ada", 5, path))).marks["log_softmax"]
    assert mark.points < mark.possible and mark.reason == SECRET_ONLY
    assert "Only cases drawn with the secret seed fail" in mark.text
    assert "smallest failing case" not in mark.text + mark.card and "Expected" not in mark.text + mark.card


def test_a_worker_that_dies_is_replaced_and_a_deadly_notebook_left_out(small: Course) -> None:
    tasks = [Task(name, 5, hand_in(small.root, name)) for name in ("ada", "bob", "eva", "fay", "gus")]
    deadly = Deadly.of(small, small.chapters[0])
    grades = {grade.learner: grade for grade in work(deadly, tasks, 1)}
    assert {name: grade.points for name, grade in grades.items()} == {"ada": 7, "bob": 7, "eva": 0, "fay": 0, "gus": 7}
    assert grades["eva"].incident and "ended 2 times on this notebook" in grades["eva"].reason
    assert grades["fay"].incident and "ZeroDivisionError: a fault of ours" in grades["fay"].reason


def test_a_machine_that_cannot_grade_says_so_in_one_line(small: Course) -> None:
    tasks = [Task("ada", 5, hand_in(small.root, "ada"))]
    with pytest.raises(UserError, match="this machine cannot grade: No space left on device"):
        list(work(Unable.of(small, small.chapters[0]), tasks, 1))


class Moody(Grader):
    """The system fails on everybody whose name is a number, so many times; its zygote is an empty one."""

    failed = 0
    closed = 0

    def start(self) -> Zygote:
        """No process at all."""
        return cast(Zygote, SimpleNamespace(child=lambda _: nullcontext(SimpleNamespace(alive=True))))

    def close(self) -> None:
        """Count."""
        self.closed += 1

    def _grade(self, task: Task) -> Grade:
        if self.failed < int(task.learner):
            self.failed += 1
            raise OSError(24, "Too many open files")
        return Grade(task.learner, {}, remarks=("graded",))


def test_a_fault_of_the_system_is_tried_again_and_stops_nobody_else(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PAUSE_SECONDS", 0)
    once, always = Moody.of(small, small.chapters[0]), Moody.of(small, small.chapters[0])
    grade = Grade.from_data(once.grade(Task("1", 5)))
    assert (grade.remarks, grade.incident, once.closed) == (("graded",), False, 1)
    grade = Grade.from_data(always.grade(Task("99", 5)))
    assert grade.incident and (grade.points, always.failed) == (0, workers.TRIES)
    assert grade.reason == ("it could not be graded, 3 times: [Errno 24] Too many open files; please grade it by hand")


def test_the_schedule_keeps_a_worker_at_its_seed_and_forgets_nobody() -> None:
    tasks = [Task(f"{seed}/{i}", seed) for seed in (1, 2, 3) for i in range(2 * AT_A_TIME + 1)]
    schedule, got = Schedule(tasks), list[Task]()
    first, second = schedule.next(0), schedule.next(1)
    assert {task.seed for task in first}.isdisjoint(task.seed for task in second)
    assert {task.seed for task in schedule.next(0)} == {first[0].seed}
    schedule = Schedule(tasks)
    schedule.again(schedule.next(0))
    while some := schedule.next(len(got) % 3):
        assert len(some) <= AT_A_TIME and len({task.seed for task in some}) == 1
        got += some
    assert sorted(task.learner for task in got) == sorted(task.learner for task in tasks)


def test_two_mistakes_that_never_end_together_do_not_hold_the_diagnosis_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mistake_runs, "SECONDS", 0.05)
    endless = "def cross_entropy(scores, targets):\n    while True:\n        targets = targets + 1\n"
    first = next(mistake_runs.outcomes(load(declarations.__name__)["cross_entropy"], 5, endless))
    assert first.kind == "timeout"
