"""Feedback pages of a course folder: where the parts come from, where the pages go."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder import notebook
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.grade import released_notebook
from autograder.pages.book import sheet
from autograder.pages.page import page


def graded(course: Course, chapter: Chapter) -> list[str]:
    """Who has an autograded notebook."""
    found = (course.root / "autograded").glob(f"*/{chapter.name}/{chapter.name}.ipynb")
    return sorted(path.parent.parent.name for path in found)


class Pages:
    """Makes the pages of one chapter from its autograded notebooks and an open gradebook."""

    def __init__(self, course: Course, chapter: Chapter, gradebook: Gradebook) -> None:
        self.course, self.chapter, self.gradebook = course, chapter, gradebook
        self.released = released_notebook(course, chapter)

    def page(self, learner: str, data: Mapping[str, Any] | None = None) -> str:
        """The page of one learner; `data` is the autograded notebook, read from its place by default."""
        name = self.chapter.name
        if data is None:
            data = notebook.read(self.course.root / "autograded" / learner / name / f"{name}.ipynb")
        try:
            found = sheet(self.gradebook, learner, name)
        except MissingEntry as error:
            raise UserError(
                f"the gradebook has no {name} of {learner}; grade it first: ngram2bert grade {name}"
            ) from error
        return page(data, found, self.chapter.title, self.released)

    def write(self, learner: str) -> bool:
        """Write the page where nbgrader has it: feedback/LEARNER/CHAPTER/CHAPTER.html. False where it is there."""
        name = self.chapter.name
        return put(self.course.root / "feedback" / learner / name / f"{name}.html", self.page(learner))


def put(path: Path, text: str) -> bool:
    """Make the file hold just that, whole or not at all; False where it does already. Raises UserError."""
    data = text.encode("utf-8", "replace")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from error
    return True
