"""A small course with a notebook of its own, so that the page object can be tested without any chapter."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from nbformat import NotebookNode, v4

SOURCE = Path(__file__).resolve().parents[1] / "inline" / "toy_course"
STUB = "def {name}(words, start):\n    raise NotImplementedError\n"
SLIDER = """import ipywidgets

ipywidgets.interact(lambda n: print("n is", n), n=ipywidgets.IntSlider(value=2, min=1, max=5, description="order"));"""
RIGHT = """def count_words(words, start):
    counts = {start: 1}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
"""


def notebook() -> NotebookNode:
    """The learner's copy."""
    cells = [
        v4.new_markdown_cell("# A toy", id="title"),
        v4.new_code_cell("from autograder.inline import *  # run me first", id="setup", metadata={"tags": ["setup"]}),
        v4.new_code_cell("import torch", id="given-1", metadata={"tags": ["given"]}),
    ]
    for name, points in (("count_words", 4), ("frequencies", 2)):
        answer = {
            "grade_id": name,
            "solution": True,
            "grade": False,
            "locked": False,
            "task": False,
            "schema_version": 3,
        }
        check = {
            "grade_id": f"check-{name}",
            "solution": False,
            "grade": True,
            "locked": True,
            "points": points,
            "task": False,
            "schema_version": 3,
        }
        cells += [
            v4.new_code_cell(STUB.format(name=name), id=name, metadata={"nbgrader": answer}),
            v4.new_code_cell(f'check("{name}")', id=f"check-{name}", metadata={"nbgrader": check}),
        ]
    cells += [v4.new_code_cell(SLIDER, id="slider", metadata={"tags": ["experiment"]}), v4.new_code_cell("", id="mine")]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def lay_out(root: Path) -> Path:
    """Put course.toml, the released notebook and a learner's copy under `root`; return the copy."""
    released, work = root / "notebooks" / "01-toy", root / "work" / "01-toy"
    shutil.copytree(SOURCE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for folder in (released, work):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "01-toy.ipynb").write_text(json.dumps(notebook(), indent=1))
    for module in SOURCE.glob("*.py"):
        shutil.copy(module, work)  # beside the notebook: there its kernel finds them
    return work / "01-toy.ipynb"
