"""Grade one notebook out of process: (notebook, chapter, seed) -> Grade, pure but for the child that it starts."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder import notebook
from autograder.course import Chapter, Course
from autograder.diagnose import describe
from autograder.errors import UserError
from autograder.exercise import Case, Exercise
from autograder.grading import grade as grade_exercises
from autograder.judge import PUBLIC_SEED, Report
from autograder.outcome import Outcome
from autograder.pool import Child, Zygote


@dataclass(frozen=True)
class Mark:
    """What one exercise earned: points, status, a line why, and what the learner is told."""

    points: float
    possible: float
    status: str
    reason: str
    told: str = ""
    mistakes: tuple[str, ...] = ()
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    substituted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grade:
    """What one submission earned. `problem` says why nothing could be graded; there is always a score and a reason."""

    learner: str
    marks: Mapping[str, Mark]
    remarks: tuple[str, ...] = ()
    problem: str = ""
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(mark.points for mark in self.marks.values())

    @property
    def possible(self) -> float:
        """Points that could be earned."""
        return sum(mark.possible for mark in self.marks.values())

    @property
    def reason(self) -> str:
        """One line why: what went wrong, exercise by exercise."""
        lost = [f"{name}: {mark.reason}" for name, mark in self.marks.items() if mark.points < mark.possible]
        return self.problem or "; ".join(lost) or "all right"

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"points": self.points, "possible": self.possible, "reason": self.reason}


@dataclass
class ChildSession:
    """A `grading.Session` on a child process."""

    child: Child

    @property
    def alive(self) -> bool:
        """False once the child has died or was stopped."""
        return self.child.alive

    def run(self, exercise: Exercise, cases: Sequence[Case]) -> Sequence[Outcome]:
        """Send the cases' arguments, never their labels."""
        return self.child.run(
            exercise.target,
            exercise.probe_source,
            [case.encoded for case in cases],
            forbids=exercise.forbids,
            seconds=exercise.seconds,
        )


def reports(
    submission: notebook.Submission, chapter: Chapter, zygote: Zygote, seed: int
) -> tuple[dict[str, Report], list[str]]:
    """A report an exercise, and remarks on cells that failed."""
    exercises, remarks = chapter.exercises, list(submission.remarks)
    hanging: set[str] = set()

    @contextlib.contextmanager
    def open_session(substituted: frozenset[str]) -> Iterator[ChildSession]:
        cells = submission.with_reference({name: exercises[name].source for name in exercises if name in substituted})
        with zygote.child(cells, skip=hanging) as child:
            hanging.update(child.skipped)  # a cell that hangs costs its time once, not in every child
            if not substituted:
                remarks.extend(
                    f"cell {cell} raised {error}: {message}"[:300]
                    for cell, (error, message, _) in child.cell_errors.items()
                )
            yield ChildSession(child)

    found = grade_exercises(exercises.values(), open_session, seed)
    return found, list(dict.fromkeys(remarks))


def grade(
    path: Path,
    chapter: Chapter,
    zygote: Zygote,
    seed: int,
    *,
    learner: str = "",
    released: Mapping[str, Any] | None = None,
) -> Grade:
    """Grade one notebook file; never raises for what is in it."""
    started = time.perf_counter()
    possible = {name: chapter.possible(name) for name in chapter.exercises}
    try:
        targets = {name: exercise.target for name, exercise in chapter.exercises.items()}
        submission = notebook.submission(notebook.read(path), chapter.exercises, released, targets)
    except UserError as error:
        marks = {name: Mark(0.0, points, "missing", str(error)) for name, points in possible.items()}
        return Grade(learner, marks, problem=str(error), seconds=time.perf_counter() - started)
    found, remarks = reports(submission, chapter, zygote, seed)
    marks = {name: mark(report, possible[name]) for name, report in found.items()}
    return Grade(learner, marks, tuple(remarks), seconds=time.perf_counter() - started)


def mark(report: Report, possible: float) -> Mark:
    """A report as plain data, its points scaled to what course.toml gives for the exercise."""
    scale = possible / report.exercise.points
    parts = {name: (earned * scale, of * scale) for name, (earned, of) in report.parts.items()}
    return Mark(
        report.points * scale,
        possible,
        report.status,
        report.reason,
        describe(report.diagnosis, report.combined),
        tuple(m.name for m in report.diagnosis),
        parts,
        report.substituted,
    )


def released_notebook(course: Course, chapter: Chapter) -> dict[str, Any] | None:
    """The learner's copy as the course gave it out, or None where it is not there."""
    path = course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    return notebook.read(path) if path.exists() else None


def chapter_of(data: Mapping[str, Any], course: Course) -> Chapter:
    """The chapter whose exercises a notebook holds."""
    ids = {notebook.grade_id(cell) for cell in data["cells"] if isinstance(cell, dict)}
    best = max(course.chapters, key=lambda chapter: len(ids & set(chapter.exercises)))
    if not ids & set(best.exercises):
        raise UserError(
            "the notebook holds no exercise of this course; is it a chapter's notebook, and was its metadata kept?"
        )
    return best


def check_notebook(path: Path, course: Course, seed: int = PUBLIC_SEED) -> tuple[Chapter, dict[str, Report], list[str]]:
    """Grade one notebook with the public seed: the same cases as its cards, but out of process."""
    data = notebook.read(path)
    chapter = chapter_of(data, course)
    targets = {name: exercise.target for name, exercise in chapter.exercises.items()}
    submission = notebook.submission(data, chapter.exercises, released_notebook(course, chapter), targets)
    with Zygote(uses=chapter.uses) as zygote:
        return chapter, *reports(submission, chapter, zygote, seed)
