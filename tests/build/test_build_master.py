"""What an author may write, and what is told where they write something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.build import master
from autograder.build.ids import Names

SETUP = '# %% tags=["setup"]\nfrom toy_inline import *\n\n'


def test_cells_roles_and_options() -> None:
    text = (
        "# %% [markdown]\n# # Title\n\n"
        + SETUP
        + '# %% tags=["given", "hide-input"]\nimport math\n\n# %% id="draw"\n%time 1\n\n'
        '# %% [markdown] id="do-it"\n# Task.\n\n# %% exercise="cost"\n\n'
        '# %% [markdown] reflection="why" points=0.5\n# Model.\n'
    )
    title, setup, given, draw, task, why = master.parse(text, "m.py")
    assert (title.kind, title.source, title.where) == ("markdown", "# Title", "m.py:1")
    assert [setup.role, given.role, draw.role] == ["setup", "given", "experiment"]
    assert (given.tags, draw.id, draw.source) == (("given", "hide-input"), "draw", "%time 1")
    assert task.task is not None
    assert (task.exercise, task.source, task.task.source, task.task.id) == ("cost", "", "Task.", "do-it")
    assert (why.reflection, why.points, why.where) == ("why", 0.5, "m.py:18")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('# %% exercise="a"', "m.py:4: the task of 'a' must be the Markdown cell right before its marker"),
        (
            '# %% [markdown] reflection="b" points=1\n# x\n\n# %% exercise="a"',
            "m.py:7: the task of 'a' must be the Markdown cell right before its marker",
        ),
        ('# %% [markdown] exercise="a"\n# x', "m.py:4: a markdown cell has no option 'exercise'"),
        ("# %% [markdown] exercise=cost\n# Task.", "m.py:4: the marker holds `exercise=cost`, which is no option"),
        ("# %% A plot\nx = 1", "m.py:4: the marker holds `A plot`, which is no option"),
        ('# %% hint="x"\nx = 1', "m.py:4: a code cell has no option 'hint'; it has exercise, id, tags"),
        ("# %%\n", "m.py:4: the cell is empty"),
        ("# %% [raw]\n# x", "m.py:4: a raw cell"),
        ('# %% id="a b"\nx = 1', "m.py:4: id is 'a b'; it must be 1 to 48 ASCII letters"),
        ('# %% tags="given"\nx = 1', "m.py: a marker's options cannot be read: 'given' is not of type 'array'"),
        ('# %% tags=["given", "experiment"]\nx = 1', "m.py:4: the tags given and experiment exclude each other"),
        ('# %% tags=["setup"]\nx = 1', "m.py: 2 cells are tagged setup"),
        ('# %% exercise="a" points=1', "m.py:4: 'points' on the marker of an exercise"),
        ('# %% [markdown] reflection="a"\n# x', "m.py:4: the reflection 'a' needs its points, like points=2; got None"),
        (
            '# %% [markdown] reflection="a" points=0\n# x',
            "m.py:4: the reflection 'a' needs its points, like points=2; got 0",
        ),
        ("# %% [markdown] points=1\n# x", "m.py:4: points belong to a reflection"),
    ],
)
def test_one_clear_line(cell: str, says: str, refused: Callable[..., str]) -> None:
    assert refused(master.parse, SETUP + cell + "\n", "m.py").startswith(says)


@pytest.mark.parametrize("text", ["import math\n\n" + SETUP, "# %%\nimport math\n\n" + SETUP, "# %%\nimport math\n"])
def test_the_setup_cell_comes_first(text: str, refused: Callable[..., str]) -> None:
    assert refused(master.parse, text, "m.py").startswith("m.py: ")


def ids(text: str) -> list[str]:
    """The ids of a master's cells."""
    names = Names()
    return [names.of(cell) for cell in master.parse(text, "m.py")]


def test_ids_are_readable_unique_and_do_not_move_with_their_neighbours() -> None:
    one, two, twice = "# %% [markdown]\n# ## Où sommes-nous?\n\n", '# %%\nplot("a")\n\n', '# %%\nplot("b")\n\n'
    few = ids(SETUP + one + two)
    many = ids(SETUP + twice + one + "# %% [markdown]\n# New.\n\n" + twice + two)
    assert few[0] == "setup"
    assert few[1].startswith("ou-sommes-nous-")
    assert [name for name in many if name in few] == few
    assert len(set(many)) == len(many)
    assert many[4] == f"{many[1]}-2"


def test_a_given_cell_keeps_its_id_when_its_text_changes() -> None:
    before, after = (ids(f'{SETUP}# %% tags=["given"]\nimport math\n{more}\n') for more in ("", "import json\n"))
    assert before == after == ["setup", "given-import-math"]


def test_a_taken_id_names_both_cells(refused: Callable[..., str]) -> None:
    assert refused(ids, SETUP + '# %% id="a"\nx = 1\n\n# %% id="a"\ny = 1\n') == (
        'm.py:7: the id "a" is taken by m.py:4; give one of them another, with id="..." on its marker'
    )
