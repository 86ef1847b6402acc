"""Broken notebooks and odd hand-ins: a score and a reason each, never a crash, never a hang."""

from __future__ import annotations

import copy
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import cell_rule, notebook
from autograder.batch import grade_class, submissions
from autograder.course import Course, load, read
from autograder.errors import UserError
from autograder.handed_in import readable
from autograder.marks import Grade
from autograder.seeds import grading_seed
from tests.kinds import declarations
from tests.kinds.notebooks import code, make

FULL, LINUX = 5.0, sys.platform.startswith("linux")
CHAPTER = "01-kinds"
TOML = """
[[chapter]]
name = "01-kinds"
title = "Two kinds"
exercises = "tests.kinds.declarations"
only = ["log_softmax", "cross_entropy"]
"""
Notebook = dict[str, Any]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course of two exercises, the second of which builds on the first."""
    root = tmp_path_factory.mktemp("broken")
    (root / "course.toml").write_text(TOML)
    (root / "notebooks" / CHAPTER).mkdir(parents=True)
    (root / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb").write_text(json.dumps(right()))
    return read(root)


def right() -> Notebook:
    """The notebook with everything right."""
    exercises = load(declarations.__name__)
    return make({name: exercises[name] for name in ("log_softmax", "cross_entropy")})


def hand_in(root: Path, learner: str) -> Path:
    """Put the right notebook where a learner hands in."""
    place = root / "submitted" / learner / CHAPTER
    place.mkdir(parents=True)
    (place / f"{CHAPTER}.ipynb").write_text(json.dumps(right()))
    return place / f"{CHAPTER}.ipynb"


def cell(data: Notebook, name: str) -> dict[str, Any]:
    """One of its cells."""
    return next(cell for cell in data["cells"] if cell["id"] == name)


def changed(change: Callable[[Notebook], object]) -> str:
    """The text of the right notebook after a change."""
    data = copy.deepcopy(right())
    change(data)
    return json.dumps(data)


def add(*sources: str) -> Callable[[Notebook], object]:
    """Cells of the learner's own."""
    return lambda data: data["cells"].extend(code(source, f"own-{n}", {}) for n, source in enumerate(sources))


def answer(source: object) -> Callable[[Notebook], object]:
    """Another source in the cell of the second exercise; a function makes it of the right one."""

    def change(data: Notebook) -> None:
        found = cell(data, "cross_entropy")
        found["source"] = source(found["source"]) if callable(source) else source

    return change


def each(change: Callable[[dict[str, Any]], object]) -> Callable[[Notebook], object]:
    """A change of every cell."""
    return lambda data: [change(cell) for cell in data["cells"]]


def old_format(data: Notebook) -> None:
    """Format 3: cells stand in worksheets, code is called input."""
    cells = [
        {"cell_type": "code", "input": c["source"], "language": "python", "outputs": []} for c in data.pop("cells")
    ]
    data.update(nbformat=3, worksheets=[{"cells": cells}])


def without(name: str) -> Callable[[Notebook], object]:
    """A cell less."""
    return lambda data: data["cells"].remove(cell(data, name))


# {what: (the file's text, points, what grading says)}; everything else in the file is right
TEXTS: dict[str, tuple[str | bytes, float, str]] = {
    "empty file": ("", 0, "is empty"),
    "blanks": (" \n\n", 0, "is empty"),
    "invalid JSON": ("{", 0, "invalid JSON"),
    "cut off": (json.dumps(right())[:-200], 0, "invalid JSON"),
    "merge conflict": ("<<<<<<< HEAD\n" + json.dumps(right()), 0, "invalid JSON"),
    "no object": ("[1, 2]", 0, "no list of cells"),
    "a number": ("7", 0, "no list of cells"),
    "cells are null": ('{"cells": null}', 0, "no list of cells"),
    "nothing in it": ('{"cells": [], "metadata": {}, "nbformat": 4}', 0, "was deleted"),
    "no UTF-8": (b'{"cells": ["\xff\xfe"]}', 0, "cannot be read"),
    "UTF-16": (json.dumps(right()).encode("utf-16"), 0, "cannot be read"),
    "null bytes": (b"\0" * 1000, 0, "invalid JSON"),
    "nested without end": ("[" * 200_000, 0, "invalid JSON"),
    "integers of 5,000 digits": ('{"cells": [' + "9" * 5000 + "]}", 0, "invalid JSON"),
    "another course": (json.dumps({"cells": [code("x = 1", "a", {})], "nbformat": 4}), 0, "another chapter's notebook"),
    "format 3": (changed(old_format), 0, "no list of cells"),
    "byte order mark": (b"\xef\xbb\xbf" + json.dumps(right()).encode(), FULL, ""),
    "Windows line ends in the file": (json.dumps(right(), indent=1).replace("\n", "\r\n"), FULL, ""),
    "Windows line ends in the cells": (
        changed(each(lambda c: c.update(source=c["source"].replace("\n", "\r\n")))),
        FULL,
        "",
    ),
    "sources as lists of lines": (changed(each(lambda c: c.update(source=c["source"].splitlines(True)))), FULL, ""),
    "infinite numbers": (changed(lambda d: d.update(metadata={"x": float("nan"), "y": float("inf")})), FULL, ""),
    "wrong kernel": (changed(lambda d: d["metadata"].update(kernelspec={"name": "ir", "language": "R"})), FULL, ""),
    "kernel of a wrong type": (changed(lambda d: d["metadata"].update(kernelspec=[3], language_info=7)), FULL, ""),
    "metadata is a list": (changed(lambda d: d.update(metadata=[1])), FULL, ""),
    "another format number": (changed(lambda d: d.update(nbformat="five", nbformat_minor=[])), FULL, ""),
    "null cells among the others": (changed(lambda d: d["cells"].extend([None, 3, "x", [], {}])), FULL, ""),
    "a source as a number": (changed(answer(7)), 3, "cross_entropy"),
    "a source as an object": (changed(answer({"a": "b"})), 3, "cross_entropy"),
    "a source of numbers": (changed(answer([1, None, {"a": 1}])), 3, "cross_entropy"),
    "cells without a type": (
        changed(lambda d: cell(d, "cross_entropy").pop("cell_type")),
        3,
        "the cell of cross_entropy was deleted",
    ),
    "metadata of cells gone": (changed(each(lambda c: c.update(metadata={}))), FULL, "was deleted, but cell"),
    "metadata of wrong types": (
        changed(lambda d: d["cells"].append(code("y = 1", "z", {"tags": {"a": 1}, "nbgrader": 3}))),
        FULL,
        "",
    ),
    "ids of wrong types": (changed(each(lambda c: c.update(id=[1]))), FULL, ""),
    "a deleted answer": (changed(without("cross_entropy")), 3, "the cell of cross_entropy was deleted"),
    "a deleted check": (changed(without("check-cross_entropy")), FULL, ""),
    "a deleted given cell": (changed(without("given")), FULL, "a given cell was deleted"),
    "answers twice": (changed(lambda d: d["cells"].extend(copy.deepcopy(d["cells"]))), FULL, "occurs twice"),
    "cells in reverse order": (changed(lambda d: d["cells"].reverse()), FULL, ""),
    "another version of the course": (
        changed(lambda d: d["cells"].insert(0, code("old = 1", "old", {"tags": ["given"]}))),
        FULL,
        "",
    ),
    "magics": (
        changed(add("%matplotlib inline\n!ls\nx = !ls\n%%time", "%%bash\nrm -rf x", "f??\n?f\nx = f?")),
        FULL,
        "",
    ),
    "magics in an answer": (changed(answer(lambda text: "%load_ext x\n" + text)), FULL, ""),
    "half a surrogate pair": (changed(add("x = '\ud800'", "\ud800 = 1")), FULL, ""),
    "half a surrogate pair in an answer": (changed(answer("\ud800")), 3, "cross_entropy"),
    "control characters": (changed(add("x = 1 # \x00\x1b[2J\x07", "\x0c\x0cy = 2", "z = '\u2028'")), FULL, ""),
    "deep expressions": (
        changed(add("x = a" + ".b" * 3000, "y = " + "(" * 300 + ")" * 300, "z = " + "-" * 5000 + "1")),
        FULL,
        "",
    ),
    "a line without end": (changed(add(" " * 100_000 + "x y z", "a?" * 50_000 + " b")), FULL, ""),
    "a cell without end": (changed(add("x = [" + "1," * 1_000_000 + "]")), FULL, "its code is too long"),
    "cells without number": (changed(add(*["x = 1"] * 3000)), FULL, "only the first 2,000"),
    "imports without number": (changed(add("import nowhere_at_all\n" * 300)), FULL, ""),
    "outputs of wrong types": (changed(each(lambda c: c.update(outputs={"a": 1}, execution_count="x"))), FULL, ""),
}


def broken_files(kinds: Course) -> dict[str, tuple[str, float, str]]:
    """Hand in all of these; {learner: (what, points, what grading says)}."""
    expected = {}
    for number, (what, (text, points, says)) in enumerate(TEXTS.items()):
        path = hand_in(kinds.root, f"n{number:02}")
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        expected[f"n{number:02}"] = what, points, says
    flood = {"output_type": "stream", "name": "stdout", "text": "y" * 50_000_000}
    text = changed(lambda d: cell(d, "cross_entropy").update(outputs=[flood]))
    hand_in(kinds.root, "flood").write_text(text)
    return expected | {"flood": ("50 MB of output", FULL, "")}


def odd_files(kinds: Course) -> dict[str, tuple[str, float, str]]:
    """Hand in what is no plain file; {learner: (what, points, what grading says)}."""
    root = kinds.root / "submitted"
    own = hand_in(kinds.root, "ada")
    expected = {"ada": ("all right", FULL, "all right")}

    def place(learner: str, says: str, points: float = 0.0) -> Path:
        folder = root / learner / "01-kinds"
        folder.mkdir(parents=True)
        expected[learner] = (learner, points, says)
        return folder / "01-kinds.ipynb"

    place("a-folder", "is no file").mkdir()
    place("a-link-to-a-neighbour", "is a link").symlink_to(own)
    place("a-link-to-passwd", "is a link").symlink_to("/etc/passwd")
    place("a-link-to-nothing", "is a link").symlink_to("nowhere")
    path = place("a-link-to-itself", "is a link")
    path.symlink_to(path)
    place("under-another-name-a-link", "is no file").with_name("mine.ipynb").symlink_to(own)
    os.mkfifo(place("a-pipe", "is no file"))
    os.mkfifo(place("a-pipe-of-another-name", "is no file").with_name("x.ipynb"))
    (root / "b-link").symlink_to(root / "ada", target_is_directory=True)
    expected["b-link"] = ("b-link", 0, "is a link")
    (root / "b-link-to-the-chapter").mkdir()
    (root / "b-link-to-the-chapter" / "01-kinds").symlink_to(root / "ada" / "01-kinds", target_is_directory=True)
    expected["b-link-to-the-chapter"] = ("b-link-to-the-chapter", 0, "is a link")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(place("a-socket", "is no file")))
    (root / "chapter-is-a-file").mkdir()
    (root / "chapter-is-a-file" / "01-kinds").write_text("x")
    expected["chapter-is-a-file"] = ("chapter-is-a-file", 0, "holds no notebook")
    two = place("two-notebooks", "notebooks, none called")
    two.with_name("a.ipynb").write_text("{}")
    two.with_name("b.ipynb").write_text("{}")
    with place("huge", "MB; clear its outputs").open("wb") as file:
        file.truncate(200_000_000)
    place("chapter-02", "nothing is called log_softmax").write_text(
        json.dumps({"cells": [code("x = 1", "viterbi", {})], "nbformat": 4})
    )
    for name in ("ö ß 語", "o'brien; drop table", "-rf", "$(touch x)", "a\nb", "a..", "<b>x", "%s%n{0}", "a" * 200):
        place(name, "is empty").write_text("")
        expected[readable(name)] = expected.pop(name)
    os.makedirs(os.fsencode(root) + b"/caf\xe9/01-kinds")
    expected["caf\\xe9"] = ("caf\\xe9", 0, "holds no notebook")
    return expected


@pytest.fixture(scope="module")
def graded(kinds: Course) -> tuple[dict[str, Grade], dict[str, tuple[str, float, str]]]:
    """A class of all that is broken, graded in one go: everybody's grade, and what it should be."""
    expected = broken_files(kinds) | (odd_files(kinds) if LINUX else {})
    chapter, started = kinds.chapters[0], time.monotonic()
    handed = submissions(kinds.root / "submitted", chapter.name)
    grades = {grade.learner: grade for grade in grade_class(kinds, chapter, handed, jobs=1)}
    assert time.monotonic() - started < 120
    return grades, expected


def test_everything_broken_has_a_score_and_a_reason(
    graded: tuple[dict[str, Grade], dict[str, tuple[str, float, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    grades, expected = graded
    assert grades.keys() == expected.keys()
    for learner, (what, points, says) in expected.items():
        grade = grades[learner]
        said = " ".join((grade.reason, *grade.remarks))
        assert not grade.incident, f"{what}: {grade.reason}"
        assert (what, grade.points) == (what, points), said
        assert says in said, f"{what}: {said[:500]}"
        assert grade.reason and all(mark.reason for mark in grade.marks.values())
        json.dumps(grade.as_data()).encode()
        print(learner, said)  # as the command does: it must be possible
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.skipif(not LINUX or os.geteuid() == 0, reason="root may read everything")
def test_what_must_not_be_read(tmp_path: Path) -> None:
    hand_in(tmp_path, "ada").chmod(0)
    closed = hand_in(tmp_path, "bob").parent
    closed.chmod(0)
    with pytest.raises(UserError, match="cannot be read"):
        notebook.read(tmp_path / "submitted" / "ada" / CHAPTER / f"{CHAPTER}.ipynb")
    problems = {hand.learner: hand.problem for hand in submissions(tmp_path / "submitted", CHAPTER)}
    closed.chmod(0o700)
    assert "cannot be read" in problems["bob"]


@pytest.mark.parametrize(
    "source",
    [
        " " * 200_000 + "x y",
        "a? " * 60_000,
        "?" * 200_000,
        "def " * 50_000,
        "x " * 100_000 + "= !ls",
        "f" + "(1)" * 2000,
    ],
    ids=["spaces", "questions", "marks", "defs", "words", "calls"],
)
def test_the_rule_takes_time_in_proportion(source: str) -> None:
    started = time.monotonic()
    notebook.submission({"cells": [code(source, "x", {})]}, ["f"])
    assert time.monotonic() - started < 5


def test_what_ends_a_line_is_what_python_thinks() -> None:
    source = "# \x0c\u2028\x85 a comment\nx = 1\nimport os; os.abort()\ny = 2\n"
    assert cell_rule.definitions(source).split() == ["x", "=", "1", "y", "=", "2"]


def test_a_name_that_is_no_text_has_a_seed() -> None:
    assert 0 <= grading_seed(b"secret", "01", "caf\udce9") < 1 << 31
