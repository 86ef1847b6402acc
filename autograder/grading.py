"""Grade exercises through a session: the kernel's namespace, or a child process. An error is charged once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from autograder.diagnose import diagnose
from autograder.exercise import Case, Exercise
from autograder.judge import Report, judge
from autograder.outcome import Outcome


class Session(Protocol):
    """Where a submission's code lives while it is judged."""

    @property
    def alive(self) -> bool:
        """False once the code has died or had to be stopped."""

    def run(self, exercise: Exercise, cases: Sequence[Case]) -> Sequence[Outcome]:
        """One outcome a case; never raises for what the submission does."""


# opens a session in which the named exercises are the reference's, not the submission's
OpenSession = Callable[[frozenset[str]], AbstractContextManager[Session]]


def grade(exercises: Iterable[Exercise], open_session: OpenSession, seed: int) -> dict[str, Report]:
    """A report an exercise. After a failed ancestor it is judged again with the reference's; the better run counts."""
    ordered = list(exercises)
    reports = _run_all(ordered, open_session, frozenset(), seed)
    by_name = {exercise.name: exercise for exercise in ordered}
    again: dict[frozenset[str], list[Exercise]] = {}
    for exercise in ordered:
        failed = frozenset(name for name in ancestors(exercise, by_name) if not reports[name].passed)
        report = reports[exercise.name]
        if failed and not report.passed and report.status != "missing" and not report.own_stub:
            again.setdefault(failed, []).append(exercise)
    for failed, group in again.items():
        for name, second in _run_all(group, open_session, failed, seed).items():
            if second.points >= reports[name].points:  # even if no better: what went wrong is the learner's own there
                names = tuple(e.name for e in ordered if e.name in failed)
                reports[name] = replace(diagnose(second), substituted=names)
    return {name: diagnose(report) for name, report in reports.items()}


def ancestors(exercise: Exercise, by_name: dict[str, Exercise]) -> list[str]:
    """All exercises that this one builds on, directly or not."""
    found: list[str] = []
    for name in exercise.builds_on:
        if name in by_name:
            found += [a for a in (*ancestors(by_name[name], by_name), name) if a not in found]
    return found


def _run_all(
    exercises: Sequence[Exercise], open_session: OpenSession, substituted: frozenset[str], seed: int
) -> dict[str, Report]:
    """Judge one after the other; after a death the next gets a new session. A test gets one that holds nothing else."""
    reports: dict[str, Report] = {}
    queue = [e for e in exercises if e.probe != "verdicts"]
    while queue:
        with open_session(substituted) as session:
            # at least one a session: a child that is dead from the start must not loop for ever
            exercise = queue.pop(0)
            reports[exercise.name] = judge(exercise, session.run, seed)
            while queue and session.alive:
                exercise = queue.pop(0)
                reports[exercise.name] = judge(exercise, session.run, seed)
    for exercise in (e for e in exercises if e.probe == "verdicts"):
        with open_session(substituted) as session:  # implementations are shown here: nothing else may see them
            reports[exercise.name] = judge(exercise, session.run, seed)
    return {exercise.name: reports[exercise.name] for exercise in exercises}
