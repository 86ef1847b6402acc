"""A class: every folder of `submitted/*/ASSIGNMENT`, graded side by side in worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.course import Chapter, Course
from autograder.crew import work
from autograder.handed_in import Handed, submissions
from autograder.journal import Journal
from autograder.marks import Grade
from autograder.seeds import grading_seed, secret
from autograder.workers import Grader, Task

__all__ = ["Handed", "grade_class", "submissions"]


def grade_class(
    course: Course,
    chapter: Chapter,
    handed: Sequence[Handed],
    *,
    jobs: int = 2,
    done: Callable[[Grade], None] = lambda _: None,
    journal: Journal | None = None,
    again: bool = False,
    cards: bool = True,
    by: Callable[[Grader, Sequence[Task]], Iterator[Grade]] | None = None,
) -> list[Grade]:
    """A grade for everybody, in the order of `handed`.

    jobs     worker processes, each with a zygote of its own
    done     called in this process with each grade, as it is ready and after it was written into the journal
    journal  grades that it holds are not made again; again: they are
    by       who grades in place of worker processes here: the workers of a cluster
    cards    False leaves the cards out of the list, so that a large class takes little memory; `done` gets them
    """
    grader, key = Grader.of(course, chapter), secret(course.root)
    grades: dict[str, Grade] = {}
    seeds = {hand.learner: grading_seed(key, chapter.name, hand.learner) for hand in handed}

    def take(grade: Grade) -> None:
        grades[grade.learner] = grade if cards else grade.without_cards()
        done(grade)

    tasks = []
    if journal is not None:
        journal.begin(seeds)
    for hand in handed:
        seed = seeds[hand.learner]
        known = None
        if journal is not None and not again and not hand.problem:
            known = journal.find(hand.learner, _sha(hand.path), seed)
        if known is None:
            tasks.append(Task(hand.learner, seed, hand.path, problem=hand.problem, remark=hand.remark))
        else:
            take(known)
    for grade in work(grader, tasks, max(1, jobs)) if by is None else by(grader, tasks):
        if journal is not None:
            journal.add(grade, seeds[grade.learner])
        take(grade)
    return [grades[hand.learner] for hand in handed]


def _sha(path: Path) -> str:
    """SHA-256 of a file; '' where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
