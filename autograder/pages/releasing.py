"""A chapter given out, by nbgrader's own generate_assignment: the gradebook knows its cells, points and due date."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.build.chapter import stale
from autograder.build.release import Log
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.gradebook.known import known
from autograder.gradebook.settings import clear_errors, opened, settings, shown, url
from autograder.gradebook.source import source


@dataclass(frozen=True)
class Released:
    """What the gradebook knows now. `submissions`: how many it has of the chapter already; `due` in UTC."""

    path: Path
    gradebook: str
    cells: int
    points: float
    submissions: int
    due: datetime | None


def release(course: Course, chapter: Chapter, db: str | None = None) -> Released:
    """Make the chapter known to the gradebook; the learner's notebook stands in nbgrader's release folder.

    Run again it brings points and dates up to date. Nothing that was handed in or graded is touched. Raises UserError
    where the built notebook is stale, or where the gradebook has submissions of a version with other cells.
    """
    if reasons := stale(course, chapter):
        raise UserError(f"{chapter.name} cannot be released: {reasons[0]}; run `make notebooks` first")
    path = course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    config = settings(course.root)
    address, course_id = url(config, db), str(config.CourseDirectory.get("course_id", "")) or "default_course"
    with clear_errors(address), opened(address, course_id) as gradebook:
        handed = _submissions(gradebook, chapter.name)
        if not handed:
            _generate(course, chapter, address, path)
        found = known(gradebook, address, course, chapter, source(course, chapter))
        assignment = gradebook.find_assignment(chapter.name)
        return Released(
            path, shown(address), len(found.grades), float(assignment.max_score), handed, assignment.duedate
        )


def _generate(course: Course, chapter: Chapter, address: str, path: Path) -> None:
    """nbgrader's own command, in a folder of its own: in place it would delete what it finds."""
    with tempfile.TemporaryDirectory() as folder:
        config = settings(course.root)
        config.CourseDirectory.root = folder
        config.CourseDirectory.db_url = address
        config.CourseDirectory.assignment_id = chapter.name
        place = CourseDirectory(config=config)
        copy = Path(folder, place.source_directory, chapter.name, path.name)
        copy.parent.mkdir(parents=True)
        copy.write_bytes((course.root / "solutions" / chapter.name / path.name).read_bytes())
        log = Log()
        try:
            GenerateAssignment(coursedir=place, config=config, log=log.logger).start()
        except NbGraderException as error:
            raise UserError(f"{chapter.name}: nbgrader cannot release it: {log.last or error}") from error
        made = nbformat.read(Path(folder, place.release_directory, chapter.name, path.name), as_version=4)
    if [cell.source for cell in made.cells] != [cell.source for cell in nbformat.read(path, as_version=4).cells]:
        raise UserError(
            f"nbgrader makes another learner's copy of {chapter.name} than notebooks/{chapter.name} holds; "
            "run `make notebooks` first"
        )


def _submissions(gradebook: Gradebook, chapter: str) -> int:
    return next((len(found.submissions) for found in gradebook.assignments if found.name == chapter), 0)
