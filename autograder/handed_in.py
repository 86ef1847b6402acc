"""Who handed in what: the folders of a class, looked at and not believed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError


@dataclass(frozen=True)
class Handed:
    """One learner's folder. `problem` says why nothing in it can be graded, `remark` what is odd about it."""

    learner: str
    path: Path
    problem: str = ""
    remark: str = ""


def submissions(folder: Path, assignment: str) -> list[Handed]:
    """Who handed in what, by nbgrader's layout `submitted/LEARNER/ASSIGNMENT/ASSIGNMENT.ipynb`; nobody is left out."""
    if not folder.is_dir():
        raise UserError(
            f"there is no folder {folder}; "
            f"put the submissions into {folder.name}/LEARNER/{assignment}/{assignment}.ipynb"
        )
    learners = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not learners:
        raise UserError(
            f"{folder} holds no learner's folder; the layout is {folder.name}/LEARNER/{assignment}/{assignment}.ipynb"
        )
    return [of_learner(learner, assignment) for learner in learners]


def of_learner(learner: Path, assignment: str) -> Handed:
    """What one learner handed in. A link is nobody's own work: it may lead to a neighbour's, or anywhere."""
    name, place = readable(learner.name), learner / assignment
    wanted = place / f"{assignment}.ipynb"
    try:
        for path in (learner, place, wanted):
            if path.is_symlink():
                return Handed(name, wanted, f"{readable(path.name)} is a link; hand in the notebook itself")
        found = sorted(path for path in place.iterdir() if path.suffix == ".ipynb") if place.is_dir() else []
        others = [path for path in found if path != wanted]
        if wanted not in found and len(others) != 1:
            what = f"{len(others)} notebooks, none called {wanted.name}" if others else "no notebook"
            return Handed(name, wanted, f"{name}/{assignment} holds {what}")
        chosen = wanted if wanted in found else others[0]
        if chosen.is_symlink() or not chosen.is_file():  # to open a pipe would wait for ever
            return Handed(name, wanted, f"{readable(chosen.name)} is no file; hand in the notebook itself")
    except OSError as error:
        return Handed(name, wanted, f"{name}/{assignment} cannot be read: {error.strerror}")
    remark = ""
    if chosen != wanted:
        remark = f"the notebook is called {readable(chosen.name)}, not {wanted.name}"
    elif others:
        names = ", ".join(readable(path.name) for path in others)[:200]
        remark = f"there are further notebooks beside it, not graded: {names}"
    return Handed(name, chosen, remark=remark)


def readable(name: str) -> str:
    r"""A file's name as text that can be printed and stored: what is no UTF-8, and control characters, as \x.."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
