"""The answers of a class: the exercises' cells of every submission, as grading would take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograder import notebook
from autograder.batch import Handed
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.released import released


def read(
    chapter: Chapter, handed: Iterable[Handed], done: Callable[[], None] = lambda: None
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """({learner: {exercise: source}}, a line for each submission that cannot be read)."""
    targets = {name: exercise.target for name, exercise in chapter.exercises.items()}
    found: dict[str, dict[str, str]] = {}
    unread: list[str] = []
    for hand in handed:
        try:
            if hand.problem:
                raise UserError(hand.problem)
            submission = notebook.submission(notebook.read(hand.path), chapter.exercises, None, targets)
            found[hand.learner] = {cell.exercise: cell.source for cell in submission.cells if cell.exercise}
        except UserError as error:
            unread.append(f"{hand.learner}: {error}")
        done()
    return found, unread


def stubs(course: Course, chapter: Chapter) -> dict[str, str]:
    """{exercise: its cell as it was given out}."""
    return released(course.root, chapter).stubs
