"""What lateness costs, as nbgrader asks for it: one rule for `nbgrader autograde` and for `ngram2bert grade`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Unicode
from traitlets.config import Config

from autograder import course


class CourseLatePenalty(LateSubmissionPlugin):
    """The rule of [late] in course.toml."""

    root = Unicode("", help="The folder of course.toml; empty: the working folder's course.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Points to take off, or None."""
        rule = course.read(Path(self.root) if self.root else None).late
        return rule.penalty(score, total_seconds_late)


class Penalties:
    """nbgrader's own AssignLatePenalties, asked with numbers in place of rows."""

    def __init__(self, config: Config) -> None:
        self._nbgrader = AssignLatePenalties(config=config)
        self._nbgrader.init_plugin()

    def of(self, learner: str, score: float, seconds: float) -> float | None:
        """The penalty for a score that came so many seconds late; None for no penalty."""
        if seconds <= 0:
            return None
        penalty = self._nbgrader.plugin_inst.late_submission_penalty(learner, score, seconds)
        return None if penalty is None else self._nbgrader._check_late_penalty(SimpleNamespace(score=score), penalty)
