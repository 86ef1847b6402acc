"""Who died on what: a submission on which graders end again and again is left out, with a score and a reason."""

from __future__ import annotations

from collections import Counter, deque

from autograder.cluster.client import KEPT
from autograder.course import Chapter
from autograder.errors import UserError
from autograder.marks import Grade, nothing
from autograder.workers import Task

MOST = 3  # on the same submission
MOST_IN_A_ROW = 8  # without a grade between them, and as many more for each place that grades


class Deaths:
    """What is known of deaths. suspects: to be graded again, each alone and after all others."""

    def __init__(self, chapter: Chapter):
        self.chapter, self.suspects, self.in_a_row = chapter, deque[Task](), 0
        self._of = Counter[str]()

    def on(self, task: Task, how: str, places: int) -> list[Grade]:
        """A grader ended while it had this task, perhaps beside others: the grade of one that is given up."""
        self.one(how, places)
        self._of[task.learner] += 1
        if self._of[task.learner] < MOST:
            self.suspects.append(task)
            return []
        why = f"the process that grades ended {MOST} times on this notebook; please grade it by hand"
        possible = {name: self.chapter.possible(name) for name in self.chapter.exercises}
        return [nothing(task.learner, self.chapter.name, possible, why, incident=True)]

    def one(self, how: str, places: int) -> None:
        """A grader ended. Raises UserError where none gets anywhere."""
        self.in_a_row += 1
        if self.in_a_row > MOST_IN_A_ROW * (1 + places):
            raise UserError(f"the grading processes end again and again ({how}); is memory short there? {KEPT}")
