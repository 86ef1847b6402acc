"""The one writer of a class: autograded notebooks, and the gradebook in transactions of 50 submissions.

Killed at any moment it leaves every learner's rows as they were or as they should be; the next run, which finds the
grades in the journal, writes the rest, and nothing twice.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import IntegrityError

from autograder import notebook
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.gradebook import files
from autograder.gradebook import handed as handed_in
from autograder.gradebook.cards import as_bytes, autograded
from autograder.gradebook.changes import Difference, differences, merged, verdict
from autograder.gradebook.known import extension, known
from autograder.gradebook.late import Penalties
from autograder.gradebook.rows import Rows, Table
from autograder.gradebook.settings import clear_errors, opened, settings, shown, url
from autograder.gradebook.source import source
from autograder.handed_in import Handed
from autograder.marks import Grade

BATCH = 50  # 10 ms a submission, against 66 ms when each is committed by itself
TRIES = 10  # each that fails means that the other got on
LONGEST = 128  # characters of a learner's name in the gradebook
UNSAFE = re.compile(r"[<>\"&`\\\x00-\x1f\x7f]")  # the formgrader writes names into its pages as they are


class Writer:
    """A context manager; `add` what was graded. One a gradebook at a time.

    db   the gradebook's address; None: as nbgrader_config.py says
    yes  also write where a score that is in the gradebook would change

    After it: `written` and `unchanged` count submissions, `held` are the differences that wait for a yes, `refused`
    is {learner: why they can have no row}.
    """

    def __init__(self, course: Course, chapter: Chapter, db: str | None = None, *, yes: bool = False) -> None:
        self.course, self.chapter, self.yes = course, chapter, yes
        self.source, config = source(course, chapter), settings(course.root)
        self.address, self.course_id = (
            url(config, db),
            str(config.CourseDirectory.get("course_id", "")) or "default_course",
        )
        self.penalties = Penalties(config)
        self.held: list[Difference] = []
        self.refused: dict[str, str] = {}
        self.written = self.unchanged = 0
        self._batch: dict[str, tuple[Handed, Grade]] = {}
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.gradebook = self._open.enter_context(opened(self.address, self.course_id))
        with self._open, clear_errors(self.address):
            self._known = known(self.gradebook, self.address, self.course, self.chapter, self.source)
            self._table = Table(self.gradebook, self._known)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._open:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.flush()

    def add(self, handed: Handed, grade: Grade) -> None:
        """Take a grade; it is in the gradebook after at most 50 more, or after `flush`."""
        if why := _no_name(handed.learner):
            self.refused[handed.learner] = why
            return
        self._batch[handed.learner] = (handed, grade)
        if len(self._batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what has been added, in one transaction."""
        batch, self._batch = self._batch, {}
        if not batch:
            return
        with clear_errors(self.address):
            for left in reversed(range(TRIES)):
                try:
                    self._write(batch)
                    return
                except IntegrityError:  # another writer added one of these rows at this moment: look again
                    self.gradebook.db.rollback()
                    if not left:
                        raise
                except BaseException:
                    self.gradebook.db.rollback()
                    raise

    def _write(self, batch: dict[str, tuple[Handed, Grade]]) -> None:
        old, new = self._table.read(batch), list[Rows]()
        held, written, unchanged = list[Difference](), 0, 0
        for learner, (handed, grade) in batch.items():
            before = old.get(learner) or self._table.blank(learner)
            if grade.incident and before.graded:  # our own failure takes no points away
                unchanged += 1
                continue
            made = autograded(handed, grade, self.source)
            after = self._after(before, handed, grade, made)
            found = differences(before, after)
            if found and not self.yes:
                held += found
                continue
            changed = self._keep(learner, handed, made)
            if changed or learner not in old or after != before:
                new.append(after)
                written += 1
            else:
                unchanged += 1
        self._table.write(old, new)
        self.gradebook.db.commit()
        self.held, self.written, self.unchanged = self.held + held, self.written + written, self.unchanged + unchanged

    def _after(self, before: Rows, handed: Handed, grade: Grade, made: dict[str, Any]) -> Rows:
        return merged(
            before,
            verdict(made, grade, self.source),
            when=handed_in.timestamp(handed),
            longer=extension(self.course, self.chapter, handed.learner),
            due=self._known.due,
            ruled=self.chapter.due is not None,
            penalties=self.penalties,
            answered=self._answered(before, made),
        )

    def _answered(self, before: Rows, made: dict[str, Any]) -> frozenset[str]:
        """Answers that a person has graded and that read otherwise now."""
        done = {name for name, row in before.grades.items() if row.auto is None and not row.waits}
        if not done:
            return frozenset()
        try:
            was = {notebook.grade_id(c): c["source"] for c in notebook.read(self.path(before.learner))["cells"]}
        except (UserError, KeyError, AttributeError, TypeError):
            return frozenset(done)
        return frozenset(
            name
            for cell in made["cells"]
            if (name := notebook.grade_id(cell)) in done and _text(was.get(name)) != cell["source"]
        )

    @property
    def place(self) -> str:
        """The gradebook's address, as it may be printed."""
        return shown(self.address)

    def path(self, learner: str) -> Path:
        """Where a learner's autograded notebook is."""
        return self.course.root / "autograded" / learner / self.chapter.name / f"{self.chapter.name}.ipynb"

    def _keep(self, learner: str, handed: Handed, made: dict[str, Any]) -> bool:
        """Write the autograded notebook, and nbgrader's date beside it; False where both are there already."""
        path = self.path(learner)
        files.sweep(path.parent)
        changed = files.put(path, as_bytes(made))
        if not handed.problem and (stamp := handed_in.stamp(handed)):
            changed |= files.put(path.parent / handed_in.TIMESTAMP, stamp.encode())
        return changed


def _no_name(learner: str) -> str:
    """Why a learner's name cannot stand in the gradebook, '' where it can."""
    if len(learner) > LONGEST:
        return f"the name has {len(learner)} characters, the gradebook takes {LONGEST}; rename the folder"
    try:
        learner.encode()
    except UnicodeEncodeError:
        return "the name of the folder is not UTF-8; rename it"
    if learner != Path(learner).name:
        return "the name is not that of a folder"
    if found := UNSAFE.search(learner):
        return f"the name has {found[0]!r} in it, which nbgrader's pages would run as code; rename the folder"
    return ""


def _text(source: Any) -> str | None:
    return "".join(map(str, source)) if isinstance(source, list) else source
