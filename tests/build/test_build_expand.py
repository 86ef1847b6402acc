"""Where master, declarations and course.toml must agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from toy_course import Toy, cells

from autograder.build import master
from autograder.build.expand import expand


def test_an_exercise_that_is_not_declared(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit('exercise="cost"', 'exercise="costs"')
    where = "solutions/01-toy/01-toy.py:17"
    assert refused(toy.build) == f"{where}: the exercise 'costs' is not declared; toy_exercises has cost, tally"


def test_an_exercise_that_the_master_lacks(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit('# %% exercise="tally"\n', "")
    assert refused(toy.build).startswith(
        "01-toy: the exercise 'tally' is declared, but no cell of the master is marked"
    )


def test_an_exercise_that_stands_twice(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit("# Use it at once.", '# Use it at once.\n\n# %% exercise="cost"')
    assert "the exercise 'cost' stands at solutions/01-toy/01-toy.py:17 already" in refused(toy.build)


def test_an_exercise_before_what_it_builds_on(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit('exercise="cost"', 'exercise="later"')
    toy.edit('exercise="tally"', 'exercise="cost"')
    toy.edit('exercise="later"', 'exercise="tally"')
    assert refused(toy.build).endswith("the exercise 'tally' builds on 'cost', which must stand before it")


def test_a_cell_that_takes_the_name_of_an_exercise(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit(
        "# %% [markdown]\n# Use it at once.",
        "# %%\nx, mean_cost = 1, use('cost').mean_cost\n\n# %% [markdown]\n# Use it at once.",
    )
    assert "the cell gives another value to 'mean_cost', which its check would then judge" in refused(toy.build)


def test_no_master(toy: Toy, refused: Callable[..., str]) -> None:
    toy.master.unlink()
    assert refused(toy.build).startswith("solutions/01-toy/01-toy.py does not exist; write the master")


def test_course_toml_sets_points(toy: Toy) -> None:
    made = expand(replace(toy.chapter, points={"cost": 4.5}), master.read(toy.master, toy.root))
    by_id = {cell.id: cell for cell in made.cells}
    assert by_id["check-cost"].metadata.nbgrader.points == 4.5
    assert by_id["task-cost"].source.startswith(
        "### Exercise: `mean_cost`\n\n*4.5 points · 10 minutes · ●○○*\n\nThe cost"
    )


def test_an_exercise_that_course_toml_leaves_out_is_given(toy: Toy) -> None:
    course_toml = toy.root / "course.toml"
    course_toml.write_text(course_toml.read_text(encoding="utf-8") + 'only = ["tally"]\n', encoding="utf-8")
    toy.build()
    learner = cells(toy.learner)
    assert "check-cost" not in learner
    assert learner["cost"].metadata.tags == ["given"]
    assert "return sum(costs) / len(costs)" in learner["cost"].source
    assert "found = self.count(word)" not in learner["tally"].source


def test_text_under_an_exercise_is_given_above_the_solution(toy: Toy) -> None:
    toy.edit('# %% exercise="cost"\n', '# %% exercise="cost"\nBASE = 2.0\n')
    made = {cell.id: cell for cell in expand(toy.chapter, master.read(toy.master, toy.root)).cells}
    assert made["cost"].source.startswith("BASE = 2.0\n\n\ndef mean_cost(")


def test_the_header_says_what_an_exercise_builds_on(built: Toy) -> None:
    assert "*2 points · 5 minutes · ●●○ · builds on `mean_cost`*" in cells(built.learner)["task-tally"].source
