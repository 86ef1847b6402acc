"""A class: every folder of `submitted/*/ASSIGNMENT`, graded side by side in children of one zygote."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.grade import Grade, Mark, grade, released_notebook
from autograder.pool import Zygote
from autograder.seeds import grading_seed, secret


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
    handed = []
    for learner in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        place, wanted = learner / assignment, learner / assignment / f"{assignment}.ipynb"
        others = sorted(place.glob("*.ipynb")) if place.is_dir() else []
        if wanted.is_file() and len(others) == 1:
            handed.append(Handed(learner.name, wanted))
        elif wanted.is_file():
            names = ", ".join(path.name for path in others if path != wanted)
            handed.append(
                Handed(learner.name, wanted, remark=f"there are further notebooks beside it, not graded: {names}")
            )
        elif len(others) == 1:
            handed.append(
                Handed(learner.name, others[0], remark=f"the notebook is called {others[0].name}, not {wanted.name}")
            )
        else:
            what = f"{len(others)} notebooks, none called {wanted.name}" if others else "no notebook"
            handed.append(Handed(learner.name, wanted, f"{learner.name}/{assignment} holds {what}"))
    if not handed:
        raise UserError(
            f"{folder} holds no learner's folder; the layout is {folder.name}/LEARNER/{assignment}/{assignment}.ipynb"
        )
    return handed


def grade_class(
    course: Course,
    chapter: Chapter,
    handed: list[Handed],
    *,
    jobs: int = 2,
    done: Callable[[Grade], None] = lambda _: None,
) -> list[Grade]:
    """A grade for everybody, in the order of `handed`. `done` is called as each one is ready, from any thread."""
    key, released = secret(course.root), released_notebook(course, chapter)
    exercises = chapter.exercises  # imports the references, here and never in the zygote
    torch.set_num_threads(1)

    with Zygote(uses=chapter.uses) as zygote, ThreadPoolExecutor(max_workers=max(1, jobs)) as workers:

        def one(hand: Handed) -> Grade:
            if hand.problem:
                marks = {name: Mark(0.0, chapter.possible(name), "missing", hand.problem) for name in exercises}
                result = Grade(hand.learner, marks, problem=hand.problem)
            else:
                seed = grading_seed(key, chapter.name, hand.learner)
                result = grade(hand.path, chapter, zygote, seed, learner=hand.learner, released=released)
                if hand.remark:
                    result = replace(result, remarks=(hand.remark, *result.remarks))
            done(result)
            return result

        return list(workers.map(one, handed))
