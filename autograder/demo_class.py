"""An example class, made from declarations and released notebook: right, wrong in named ways, half done, broken.

The same seed makes the same class, whatever its size: learner 7 is the same among 30 and among 1,000.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.exercise import Exercise
from autograder.mutants import mutants
from autograder.notebook import grade_id, read

# kind: how many of a hundred learners
WHOLE = {"right": 28, "one mistake": 26, "several mistakes": 18, "unlisted": 5}
SHARES = WHOLE | {"half done": 14, "blank": 5, "broken": 4}


@dataclass(frozen=True)
class Pupil:
    """One learner of the class: what was handed in, and what it was made of.

    kind      of SHARES
    answers   {exercise: "right", "not written", or the name of the mistake}
    notebook  the text of the file; None where none was handed in
    """

    learner: str
    kind: str
    answers: Mapping[str, str]
    notebook: str | None


def pupils(course: Course, chapter: Chapter, count: int, seed: int = 0, *, outputs: bool = False) -> list[Pupil]:
    """The class. outputs: with the plots and prints of the executed solution, as a learner's file has them."""
    return [pupil(course, chapter, number, seed, outputs=outputs) for number in range(count)]


def hand_in(folder: Path, chapter: Chapter, handed: Pupil) -> Path:
    """Put what a learner handed in where nbgrader looks for it: FOLDER/LEARNER/CHAPTER/CHAPTER.ipynb."""
    place = folder / handed.learner / chapter.name
    place.mkdir(parents=True, exist_ok=True)
    if handed.notebook is not None:
        (place / f"{chapter.name}.ipynb").write_text(handed.notebook, encoding="utf-8")
    return place


def pupil(course: Course, chapter: Chapter, number: int, seed: int = 0, *, outputs: bool = False) -> Pupil:
    """Learner `number` of the class."""
    dice = random.Random(f"{seed}/{chapter.name}/{number}")
    kind = dice.choices(list(SHARES), weights=list(SHARES.values()))[0]
    answers: dict[str, str] = dict.fromkeys(chapter.exercises, "right")
    sources = {name: _right(exercise, dice) for name, exercise in chapter.exercises.items()}
    many = {"one mistake": 1, "several mistakes": dice.randint(2, 5)}.get(kind, 0)
    for name in dice.sample(list(sources), min(many, len(sources))):
        mistake = dice.choice(chapter.exercises[name].mistakes)
        answers[name], sources[name] = mistake.name, mistake.source
    if kind == "unlisted":
        name = dice.choice(list(sources))
        mutant = dice.choice(mutants(chapter.exercises[name].source))
        answers[name], sources[name] = mutant.change, mutant.source
    done = {"half done": dice.randrange(1, len(sources)) if len(sources) > 1 else 0, "blank": 0}.get(kind, len(sources))
    for name in list(sources)[done:]:
        answers[name] = "not written"
        del sources[name]
    notebook = _filled(copy.deepcopy(_blank(course.root, chapter.name, outputs)), sources)
    text: str | None = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if kind == "broken":
        breaks = dice.choice(BREAKS)
        text, answers = breaks(notebook, text or "", dice), {}
    return Pupil(f"learner-{number:04}", kind, answers, text)


def _right(exercise: Exercise, dice: random.Random) -> str:
    return dice.choice([exercise.source, exercise.source, *(way.source for way in exercise.right_ways)])


@cache
def _blank(root: Path, name: str, outputs: bool) -> dict[str, Any]:
    """The released notebook; with the outputs of the executed solution where a cell is the same."""
    path = root / "notebooks" / name / f"{name}.ipynb"
    if not path.is_file():
        raise UserError(f"{path} is not there; build it first: ngram2bert build {name}")
    notebook = read(path)
    solution = root / "solutions" / name / path.name
    if outputs and solution.is_file():
        shown = {cell.get("id"): cell["outputs"] for cell in read(solution)["cells"] if cell.get("outputs")}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = shown.get(cell.get("id"), [])
    return notebook


def _filled(notebook: dict[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        if grade_id(cell) in sources:
            cell["source"] = sources[grade_id(cell)]
    return notebook


def _exercise_cell(notebook: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return dice.choice([cell for cell in code if cell["metadata"].get("nbgrader", {}).get("solution")])


def _no_file(notebook: dict[str, Any], text: str, dice: random.Random) -> None:
    return None


def _cut_off(notebook: dict[str, Any], text: str, dice: random.Random) -> str:
    return text[: len(text) // 2]


def _empty(notebook: dict[str, Any], text: str, dice: random.Random) -> str:
    return ""


def _syntax(notebook: dict[str, Any], text: str, dice: random.Random) -> str:
    _exercise_cell(notebook, dice)["source"] += "\n    return (\n"
    return json.dumps(notebook)


def _deleted(notebook: dict[str, Any], text: str, dice: random.Random) -> str:
    notebook["cells"].remove(_exercise_cell(notebook, dice))
    return json.dumps(notebook)


def _ends(notebook: dict[str, Any], text: str, dice: random.Random) -> str:
    _exercise_cell(notebook, dice)["source"] = "exit()\n"
    return json.dumps(notebook)


BREAKS: tuple[Callable[[dict[str, Any], str, random.Random], str | None], ...] = (
    *(_no_file, _cut_off, _empty),
    *(_syntax, _deleted, _ends),
)
