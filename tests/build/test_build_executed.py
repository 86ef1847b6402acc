"""The executed copy: outputs that are fit to keep, and when they are kept."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from nbgrader.validator import Validator
from toy_course import Toy, cells

from autograder.build import scrub as scrubbing
from autograder.build.chapter import stale


def outputs(toy: Toy, start: str) -> list[Any]:
    """The outputs of the cell whose id starts so."""
    return next(cell.outputs for name, cell in cells(toy.solution).items() if name.startswith(start))


def test_pictures_and_scores_are_there(built: Toy) -> None:
    assert outputs(built, "print-f-mean-cost")[0].text == "1.50 bits\n"
    assert [output.data["text/plain"] for output in outputs(built, "check-cost")] == ["3.0"]
    assert "image/png" in outputs(built, "picture")[0].data
    code = [cell for cell in cells(built.solution).values() if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_a_widget_leaves_a_picture_and_its_values(built: Toy) -> None:
    said, picture, printed = outputs(built, "import-ipywidgets")
    assert said.data["text/markdown"] == "*A widget, here with base = 2; run this cell to move it.*"
    assert "image/png" in picture.data
    assert printed.text == "base 2\n"
    assert "model_id" not in built.solution.read_text(encoding="utf-8")


def test_nothing_of_this_machine(built: Toy) -> None:
    text = built.solution.read_text(encoding="utf-8")
    for place in (str(built.root), str(Path.home()), "ipykernel_", ".build-"):
        assert place not in text
    (printed,) = outputs(built, "import-os")
    first, second = printed.text.splitlines()
    assert first.split()[1:] == ["./work", "1", "1"]
    assert first.startswith("<python>")
    assert second == "<object object at 0x...>"
    assert list((built.root / "work").iterdir()) == []


def test_what_goes_to_stderr_is_reported_and_not_kept(built: Toy) -> None:
    (remark,) = built.first.remarks
    assert remark.startswith("01-toy, cell import-os-")
    assert "look here" in remark


def test_nbgrader_finds_that_the_solution_passes(built: Toy) -> None:
    validator = Validator()
    validator.stream = io.StringIO()
    validator.validate_and_print(str(built.solution))
    assert validator.stream.getvalue().strip() == "Success! Your notebook passes all the tests."


@pytest.mark.usefixtures("never_executes")
def test_a_second_build_writes_nothing(toy: Toy) -> None:
    before = toy.bytes()
    assert stale(toy.course, toy.chapter) == []
    done = toy.build()
    assert (done.written, done.executed) == ([], False)
    assert toy.bytes() == before


@pytest.mark.usefixtures("never_executes")
def test_a_change_of_prose_keeps_the_outputs(toy: Toy) -> None:
    before = cells(toy.solution)
    toy.edit("# Use it at once.", "# Now use it.\n#\n# $x^2$")
    toy.edit("Write the mean over `probs`.", "Write its mean.")
    assert stale(toy.course, toy.chapter) == [
        "solutions/01-toy/01-toy.ipynb is stale: its text or metadata have changed",
        "notebooks/01-toy/01-toy.ipynb is stale: its text or metadata have changed",
    ]
    assert toy.build().written == [toy.solution, toy.learner]
    after = cells(toy.solution)
    assert [cell for cell in after.values() if cell.cell_type == "code"] == [
        c for c in before.values() if c.cell_type == "code"
    ]
    assert "Write its mean." in after["task-cost"].source
    assert stale(toy.course, toy.chapter) == []


def test_a_change_of_code_executes_again(toy: Toy) -> None:
    toy.edit(":.2f} bits", ":.1f} bits")
    before = toy.bytes()
    assert stale(toy.course, toy.chapter) == [
        "solutions/01-toy/01-toy.ipynb is stale: its code or points have changed, it must be executed again",
        "notebooks/01-toy/01-toy.ipynb is stale: its text or metadata have changed",
    ]
    assert toy.bytes() == before
    calls: list[int] = []
    done = toy.build(start=lambda count: lambda: calls.append(count))
    assert done.executed
    assert calls == [10] * 10
    assert outputs(toy, "print-f-mean-cost")[0].text == "1.5 bits\n"
    assert stale(toy.course, toy.chapter) == []


def test_other_points_in_course_toml_execute_again(toy: Toy, refused: Callable[..., str]) -> None:
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write("points = { tally = 5 }\n")
    assert "points have changed" in stale(toy.course, toy.chapter)[0]
    assert "cell check-tally: the solution gets 2 of 5 points" in refused(
        toy.build
    )  # the toy's card knows nothing of it


def test_a_missing_or_broken_file_is_stale(toy: Toy) -> None:
    toy.learner.unlink()
    toy.solution.write_text("{", encoding="utf-8")
    assert stale(toy.course, toy.chapter) == [
        "solutions/01-toy/01-toy.ipynb is stale: its code or points have changed, it must be executed again",
        "notebooks/01-toy/01-toy.ipynb does not exist",
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("1.50 bits", "9.99 bits"), ("mean_cost([0.5, 0.25])", "mean_cost([0.5, 0.5])")]
)
def test_an_executed_copy_that_was_edited_by_hand_is_seen_where_its_code_or_layout_is(
    toy: Toy, old: str, new: str
) -> None:
    text = toy.solution.read_text(encoding="utf-8")
    assert old in text
    toy.solution.write_text(text.replace(old, new), encoding="utf-8")
    assert bool(stale(toy.course, toy.chapter)) == (
        new != "9.99 bits"
    )  # outputs are what a run said: only a run can tell


def test_a_failing_cell_is_one_line_and_nothing_is_written(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit("print(object())", 'raise KeyError("lost")')
    toy.edit("# Use it at once.", "# Use it.")
    before = toy.bytes()
    message = refused(toy.build)
    assert message.startswith("01-toy, cell import-os-")
    assert message.endswith(": KeyError: 'lost'")
    assert toy.bytes() == before


def test_a_solution_that_fails_its_own_check_is_refused(toy: Toy, refused: Callable[..., str]) -> None:
    toy.edit("import math\nfrom collections", "from collections")
    toy.edit('print(f"{mean_cost([0.5, 0.25]):.2f} bits")', "print(1)")
    toy.edit("from toy_inline import *", "check = {'cost': 1.5, 'tally': 2}.get")
    before = toy.bytes()
    assert refused(toy.build).startswith(
        "01-toy, cell check-cost: the solution gets 1.5 of 3 points in its own notebook"
    )
    assert toy.bytes() == before


def test_outputs_of_megabytes_are_refused(
    monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str], tmp_path: Path
) -> None:
    big = v4.new_code_cell("x", id="big", outputs=[v4.new_output("stream", text="x" * 5000)])
    notebook = v4.new_notebook(cells=[v4.new_code_cell("y", id="small"), big])
    notebook.metadata["ngram2bert"] = {"chapter": "01-toy"}
    assert scrubbing.scrub(notebook, {}, tmp_path) == []
    monkeypatch.setattr(scrubbing, "LARGEST", 4000)
    assert "the largest is cell big" in refused(scrubbing.scrub, notebook, {}, tmp_path)


def test_progress_bars_vanish_and_nested_widgets_are_unfolded(tmp_path: Path) -> None:
    def view(model: str) -> Any:
        return v4.new_output("display_data", data={scrubbing.VIEW: {"model_id": model}, "text/plain": "Box()"})

    states = {
        "bar": {"_model_name": "HBoxModel", "children": ["IPY_MODEL_float"]},
        "float": {"_model_name": "FloatProgressModel", "value": 1.0},
        "box": {
            "_model_name": "VBoxModel",
            "children": ["IPY_MODEL_menu", "IPY_MODEL_button", "IPY_MODEL_out", "IPY_MODEL_box"],
        },
        "menu": {"_model_name": "DropdownModel", "description": "order:", "_options_labels": ["2", "3"], "index": 1},
        "button": {"_model_name": "ButtonModel", "description": "Hint", "value": None},
        "out": {"_model_name": "OutputModel", "outputs": [view("html"), view("image")]},
        "html": {"_model_name": "HTMLModel", "value": "<b>loud</b>"},
        "image": {"_model_name": "ImageModel", "format": "png", "buffers": [{"data": "aGk="}]},
    }
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[view("bar"), view("box"), view("unknown")])])
    notebook.metadata["ngram2bert"] = {"chapter": "01-toy"}
    scrubbing.scrub(notebook, states, tmp_path)
    nbformat.validate(notebook)
    said = "A widget, here with order = 3; run this cell to move it."
    assert [dict(output.data) for output in notebook.cells[0].outputs] == [
        {"text/markdown": f"*{said}*", "text/plain": said},
        {"text/html": "<b>loud</b>", "text/plain": "loud"},
        {"image/png": "aGk=", "text/plain": "a picture"},
    ]


def test_pictures_are_left_alone_and_cost_no_time(tmp_path: Path) -> None:
    picture = f'<img src="data:image/png;base64,{"Ab/9" * 60_000}">'
    started = time.perf_counter()
    cleaned = scrubbing._clean(f"{picture} in {tmp_path}/x, /srv/me/ipykernel_12/345.py", tmp_path)
    assert cleaned.startswith(picture) and cleaned.endswith(" in ./x, <cell>")
    assert time.perf_counter() - started < 1
