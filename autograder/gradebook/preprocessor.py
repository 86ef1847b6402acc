"""nbgrader's own commands made safe: what nbgrader_config.py puts in place of its reader and of Execute.

`nbgrader autograde` and the formgrader's button then grade in our children, and write the same rows and notebooks as
`ngram2bert grade`. No code of a learner runs in nbgrader's interpreter, and no kernel is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder import course, notebook
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.gradebook.cards import put, readable
from autograder.gradebook.changes import reasons
from autograder.gradebook.handed import timestamp
from autograder.gradebook.keeper import keeper
from autograder.gradebook.known import extension, known
from autograder.gradebook.settings import opened, settings, url
from autograder.gradebook.source import Source, source
from autograder.handed_in import Handed, of_learner

OURS = "ngram2bert"  # in nbconvert's resources: what one preprocessor leaves for the next


def prepare(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before a submission: let the gradebook know the chapter, though nobody ran `nbgrader generate_assignment`."""
    here, chapter, released = _course(Path.cwd(), assignment)
    config = settings(here.root)
    address = NbGrader.instance().coursedir.db_url if NbGrader.initialized() else url(config)
    with opened(address, str(config.CourseDirectory.get("course_id", "")) or "default_course") as gradebook:
        known(gradebook, address, here, chapter, released)


class Reader(NotebookExporter):
    """Reads any submission as a whole and harmless notebook; one that is none as the released notebook."""

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[Any, dict[str, Any]]:
        """As nbconvert's, but that nothing in the file can make it fail."""
        _, _, released = _course(_root(self), resources["nbgrader"]["assignment"])
        path = Path(filename)
        linked = any(place.is_symlink() for place in (path, *path.parents[:2]))
        made = readable(Handed("", path, "a link" if linked else ""), released)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(nbformat.from_dict(made), resources=resources, **more)


class Grade(NbGraderPreprocessor):
    """In place of Execute: grades what was submitted in a child, and puts card and score below each check."""

    unsandboxed = Bool(False, help="Grade even where this machine has no whole sandbox.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """nbgrader gives the sanitised notebook; graded is the submitted file, as `ngram2bert grade` does."""
        about = resources["nbgrader"]
        here, chapter, released = _course(_root(self.parent), about["assignment"])
        folders = _directory(self.parent)
        place = Path(folders.format_path(folders.submitted_directory, about["student"], about["assignment"]))
        handed = of_learner(place.parent, place.name)
        self._dates(about, here, chapter, released, handed)
        grade = keeper.grade(here, chapter, handed, unsandboxed=self.unsandboxed)
        for cell in nb.cells:
            put(cell, notebook.grade_id(cell), grade)
        nb.cells = nbformat.from_dict(nb.cells)
        resources[OURS] = reasons(grade, released)
        self.log.info("%s: %g of %g points: %s", about["student"], grade.points, grade.possible, grade.reason)
        return nb, resources

    def _dates(self, about: dict[str, str], here: Course, chapter: Chapter, released: Source, handed: Handed) -> None:
        """Due date, extension, and when it was handed in where nbgrader has no timestamp.txt to read."""
        with Gradebook(about["db_url"]) as gradebook:
            known(gradebook, about["db_url"], here, chapter, released)
            submission = gradebook.find_submission(about["assignment"], about["student"])
            submission.timestamp = timestamp(handed) or submission.timestamp
            if chapter.due is not None:
                submission.extension = extension(here, chapter, about["student"])
            gradebook.db.commit()


class Reasons(NbGraderPreprocessor):
    """After SaveAutoGrades: why nothing was graded, as a comment."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Only where there is something to say."""
        about = resources["nbgrader"]
        if said := resources.get(OURS):
            with Gradebook(about["db_url"]) as gradebook:
                for name, text in said.items():
                    row = gradebook.find_comment(name, about["notebook"], about["assignment"], about["student"])
                    row.auto_comment = text
                gradebook.db.commit()
        return nb, resources


def _course(root: Path, assignment: str) -> tuple[Course, Chapter, Source]:
    """The course of a folder, read anew: a formgrader runs for days."""
    course.forget()
    here = course.read(root)
    if assignment not in {chapter.name for chapter in here.chapters}:
        raise UserError(
            f"'{assignment}' is no chapter of {root / 'course.toml'}; grade it in a course folder of its own"
        )
    chapter = here.chapter(assignment)
    return here, chapter, source(here, chapter)


def _directory(exporter: Any) -> Any:
    """nbgrader's CourseDirectory: that of the converter which made the exporter."""
    return exporter.parent.coursedir


def _root(exporter: Any) -> Path:
    return course.find_root(Path(_directory(exporter).root))
