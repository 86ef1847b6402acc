"""The learner's copy: what it holds, what it must not hold, and that nbgrader is at home in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import nbformat
import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum
from toy_course import NAME, Toy, cells

from autograder.build import master
from autograder.build.leaks import leaks
from autograder.build.release import read_config


def test_it_holds_no_solution_no_rubric_and_no_output(built: Toy) -> None:
    text = built.learner.read_text(encoding="utf-8")
    for secret in (
        "math.log",
        "found =",
        "self.words.count",
        "no rounding",
        "every token counts",
        "Rubric",
        "infinite",
        "SOLUTION",
    ):
        assert secret not in text
    assert "self.words = list(words)" in text  # a given method
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in cells(built.learner).values())


def test_stubs_say_that_nothing_is_written_yet(built: Toy) -> None:
    learner, space = cells(built.learner), {}
    for name in ("given-import-math", "cost", "tally"):
        exec(learner[name].source, space)
    assert space["mean_cost"].__doc__.startswith("Mean of -log p")
    tally = space["Tally"](["a"])
    for call in (lambda: space["mean_cost"]([0.5]), lambda: tally.count("a"), lambda: tally.share("a")):
        with pytest.raises(NotImplementedError, match="write your code here"):
            call()


def test_everything_else_is_the_same(built: Toy) -> None:
    solution, learner = cells(built.solution), cells(built.learner)
    assert list(solution) == list(learner)
    changed = {name for name in solution if solution[name].source != learner[name].source}
    assert changed == {"cost", "tally", "mean-hides"}


def test_check_cells_are_locked_and_have_points(built: Toy) -> None:
    learner = cells(built.learner)
    for name, points in (("cost", 3), ("tally", 2)):
        cell = learner[f"check-{name}"]
        assert cell.source == f'check("{name}")'
        assert (cell.metadata.deletable, cell.metadata.editable) == (False, False)
        said = cell.metadata.nbgrader
        assert (said.grade, said.solution, said.locked, said.points) == (True, False, True, points)
        answer = learner[name].metadata.nbgrader
        assert (answer.grade, answer.solution, answer.locked, answer.grade_id) == (False, True, False, name)
    why = learner["mean-hides"].metadata.nbgrader
    assert (why.grade, why.solution, why.points) == (True, True, 2)
    assert learner["mean-hides"].source == "**Your answer** (2 points)\n\n*Write your answer here.*"


def test_valid_for_nbformat_and_nbgrader_with_right_checksums(built: Toy) -> None:
    notebook = nbformat.read(built.learner, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert len(graded) == 5
    assert all(cell.metadata.nbgrader.checksum == compute_checksum(cell) for cell in graded)


def test_metadata_is_minimal_and_fixed(built: Toy) -> None:
    for path in (built.solution, built.learner):
        notebook = nbformat.read(path, as_version=4)
        assert set(notebook.metadata) == {"kernelspec", "language_info", "ngram2bert"}
        assert notebook.metadata.kernelspec.name == "python3"
        assert "version" not in notebook.metadata.language_info
        assert notebook.metadata.ngram2bert.chapter == NAME
        assert set().union(*(cell.metadata for cell in notebook.cells)) <= {"tags", "nbgrader", "deletable", "editable"}


def test_nbgraders_own_command_makes_the_same_bytes_and_releases_no_master(toy: Toy) -> None:
    wanted = toy.learner.read_bytes()
    shutil.rmtree(toy.root / "notebooks")
    config = read_config(toy.root)
    config.CourseDirectory.root = str(toy.root)
    config.CourseDirectory.assignment_id = NAME
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
    assert toy.learner.read_bytes() == wanted
    assert [path.name for path in toy.learner.parent.iterdir()] == [f"{NAME}.ipynb"]


@pytest.mark.usefixtures("never_executes")
def test_a_leak_stops_the_build(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit("import math\n", "import math\nfrom toy_lib import Tally, log\n")
    before = toy.bytes()
    assert refused(toy.build) == (
        "01-toy: the learner's copy holds an import of the reference Tally in cell given-import-math"
    )
    assert toy.bytes() == {**before, toy.master.relative_to(toy.root): toy.master.read_bytes()}


def test_leaks_are_seen(built: Toy) -> None:
    read = master.read(built.master, built.root)
    notebook = nbformat.read(built.learner, as_version=4)
    assert list(leaks(notebook, built.chapter, read)) == []
    assert len(list(leaks(nbformat.read(built.solution, as_version=4), built.chapter, read))) > 10
    notebook.cells[
        0
    ].source += "\n    found = self.count(word)\nIt does not: the mean is infinite as soon as one cost is."
    assert [leak.split(":")[0] for leak in leaks(notebook, built.chapter, read)] == [
        "a line of the solution of tally",
        "a line of the model answer to mean-hides",
    ]
