"""The course's real chapters: what stands in the repository is what their masters say."""

from __future__ import annotations

import nbformat
import pytest
from toy_course import ROOT

from autograder import course as courses
from autograder.build import master
from autograder.build.chapter import stale
from autograder.build.leaks import leaks
from autograder.errors import UserError
from autograder.grade import check_notebook


def chapters() -> list[object]:
    """The chapters of course.toml; one skipped case where there is none."""
    try:
        found = courses.read(ROOT).chapters
    except (UserError, FileNotFoundError):
        found = ()
    no_chapter = pytest.param(None, marks=pytest.mark.skip(reason="course.toml has no chapter yet"))
    return [pytest.param(chapter, id=chapter.name) for chapter in found] or [no_chapter]


@pytest.mark.parametrize("chapter", chapters())
def test_both_notebooks_are_fresh(chapter: courses.Chapter) -> None:
    assert stale(courses.read(ROOT), chapter) == [], "run `make notebooks`, and commit what it writes"


@pytest.mark.parametrize("chapter", chapters())
def test_the_learners_copy_gives_nothing_away(chapter: courses.Chapter) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / chapter.name / f"{chapter.name}.ipynb", as_version=4)
    cells = master.read(ROOT / "solutions" / chapter.name / f"{chapter.name}.py", ROOT)
    assert list(leaks(notebook, chapter, cells)) == []
    graded = {cell.id for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")}
    assert graded >= {f"check-{name}" for name in chapter.exercises}
    for name, exercise in chapter.exercises.items():
        stub = next(cell.source for cell in notebook.cells if cell.id == name)
        assert "raise NotImplementedError" in stub
        assert exercise.target in stub


@pytest.mark.parametrize("chapter", chapters())
@pytest.mark.parametrize("copy", ["notebooks", "solutions"])
def test_a_blank_copy_scores_nothing_and_the_solution_everything(chapter: courses.Chapter, copy: str) -> None:
    """Graded out of process, as a submission is."""
    path = ROOT / copy / chapter.name / f"{chapter.name}.ipynb"
    _, reports, remarks = check_notebook(path, courses.read(ROOT))
    assert remarks == []
    assert set(reports) == set(chapter.exercises)
    wanted = "not yet written" if copy == "notebooks" else "right"
    assert {name: report.status for name, report in reports.items()} == dict.fromkeys(reports, wanted)
    points = sum(report.points for report in reports.values())
    assert points == (0 if copy == "notebooks" else sum(e.points for e in chapter.exercises.values()))
