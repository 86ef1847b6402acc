"""`release`: nbgrader's own command makes the assignment known, stale notebooks are refused, submissions stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from toy_course import NAME, Toy, cells

from autograder import cli
from autograder.errors import UserError
from autograder.pages.releasing import release

DUE = "2026-10-01T23:59:00+02:00"


def book(toy: Toy) -> Gradebook:
    """The course's gradebook."""
    return Gradebook(f"sqlite:///{toy.root / 'gradebook.db'}", "ngram2bert")


def test_the_gradebook_knows_cells_points_and_the_due_date(toy: Toy) -> None:
    with open(toy.root / "course.toml", "a", encoding="utf-8") as file:
        file.write(f"due = {DUE}\n")
    before = toy.bytes()
    done = release(toy.course, toy.chapter)
    assert done.submissions == 0
    with book(toy) as gradebook:
        notebook = gradebook.find_notebook(NAME, NAME)
        graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
        assert gradebook.find_assignment(NAME).duedate.isoformat() == "2026-10-01T21:59:00"
        assert {cell.name for cell in notebook.source_cells} >= set(graded)
    for name, exercise in toy.chapter.exercises.items():
        assert graded[f"check-{name}"] == exercise.points
    assert done.points == sum(graded.values()) and done.cells == len(graded)
    after = toy.bytes()
    assert {path: after[path] for path in before} == before  # notebooks and masters stand as they stood
    assert set(after) - set(before) == {Path("gradebook.db")}


def test_submissions_stay_through_another_release(toy: Toy) -> None:
    release(toy.course, toy.chapter)
    with book(toy) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
        name = gradebook.find_submission_notebook(NAME, NAME, "ada").grades[0].name
        gradebook.find_grade(name, NAME, NAME, "ada").manual_score = 1.5
        gradebook.db.commit()
    assert release(toy.course, toy.chapter).submissions == 1
    with book(toy) as gradebook:
        assert gradebook.find_grade(name, NAME, NAME, "ada").manual_score == 1.5


def test_cells_cannot_change_once_there_are_submissions(toy: Toy, refused) -> None:
    release(toy.course, toy.chapter)
    with book(toy) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
    data = toy.learner.read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.pages.releasing.stale", lambda *_: [])
        answers = (
            cell.metadata.get("nbgrader", {}) for cell in cells(toy.learner).values() if cell.cell_type == "markdown"
        )
        name = next(graded["grade_id"] for graded in answers if graded)
        toy.learner.write_text(data.replace(f'"{name}"', '"another"'), encoding="utf-8")
        assert "submissions" in refused(release, toy.course, toy.chapter)


def test_a_stale_notebook_is_refused(toy: Toy, refused) -> None:
    toy.learner.write_text(toy.learner.read_text(encoding="utf-8").replace("toy", "joy", 1), encoding="utf-8")
    said = refused(release, toy.course, toy.chapter)
    assert "stale" in said and "make notebooks" in said
    assert not (toy.root / "gradebook.db").exists()


def test_the_command_says_what_to_give_out(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(toy.root)
    assert cli.main(["release", "1"]) == 0
    said = capsys.readouterr().out
    assert f"Give out notebooks/{NAME}/{NAME}.ipynb" in said and "no due date" in said
    assert cli.main(["release", "77"]) == 2
    assert cli.main(["release", "1", "--db", "nonsense"]) == 2
    assert all(len(line) < 300 for line in capsys.readouterr().err.splitlines())


def test_a_page_before_grading_is_refused_in_one_line(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(toy.root)
    assert cli.main(["feedback", "1"]) == 2
    assert capsys.readouterr().err == (
        f"ngram2bert: there is no autograded/*/{NAME}; grade it first: ngram2bert grade {NAME}\n"
    )
    with pytest.raises(UserError, match="no autograded/nobody/"):
        cli.dispatch(["feedback", "1", "--learner", "nobody"])
    assert not (toy.root / "gradebook.db").exists()
