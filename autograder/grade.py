"""Grade one notebook out of process: (notebook, chapter, seed) -> Grade, pure but for the child that it starts."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import notebook
from autograder.answers import clean
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.exercise import Case, Exercise
from autograder.graded_card import mark
from autograder.grading import grade as grade_exercises
from autograder.judge import PUBLIC_SEED, Report
from autograder.marks import Grade, Mark, nothing
from autograder.outcome import Outcome
from autograder.pool import Child, Zygote

__all__ = ["Grade", "Mark", "chapter_of", "check_notebook", "grade", "mark", "released_notebook", "reports"]

MOST_REMARKS = 40


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
    remarks = list(dict.fromkeys(remarks))
    return found, remarks[:MOST_REMARKS] + [f"and {len(remarks) - MOST_REMARKS} more"] * (len(remarks) > MOST_REMARKS)


def grade(
    file: Path | bytes,
    chapter: Chapter,
    zygote: Zygote,
    seed: int,
    *,
    learner: str = "",
    name: str = "the notebook",
    released: Mapping[str, Any] | None = None,
) -> Grade:
    """Grade one notebook file, or its bytes, then called `name`; never raises for what is in them."""
    started, sha = time.perf_counter(), ""
    exercises = chapter.exercises
    possible = {name: chapter.possible(name) for name in exercises}
    targets = {name: exercise.target for name, exercise in exercises.items()}
    try:
        data, name = (file, name) if isinstance(file, bytes) else (notebook.load(file), file.name)
        sha = hashlib.sha256(data).hexdigest()
        submission = notebook.submission(notebook.parse(data, name), exercises, released, targets)
    except UserError as error:
        return nothing(
            learner, chapter.name, possible, clean(str(error)), seconds=time.perf_counter() - started, notebook_sha=sha
        )
    found, remarks = reports(submission, chapter, zygote, seed)
    marks = {name: mark(report, possible[name], targets) for name, report in found.items()}
    return Grade(
        learner,
        marks,
        tuple(remarks),
        seconds=time.perf_counter() - started,
        chapter=chapter.name,
        notebook_sha=sha,
    )


def released_notebook(course: Course, chapter: Chapter) -> dict[str, Any] | None:
    """The learner's copy as the course gave it out, or None where it is not there."""
    path = course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    return notebook.read(path) if path.exists() else None


def trains(chapter: Chapter) -> bool:
    """True where an exercise may use an optimiser of torch's: then the zygote loads it for all."""
    return any(
        e.probe == "trajectory" or "optim" in e.source or "optim" in e.probe_source for e in chapter.exercises.values()
    )


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
    with Zygote(uses=chapter.uses, training=trains(chapter)) as zygote:
        return chapter, *reports(submission, chapter, zygote, seed)
