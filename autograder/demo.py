"""The example class of `ngram2bert demo`, in a course folder of its own beside everything that is a teacher's."""

from __future__ import annotations

import itertools
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import course as courses
from autograder.attacks.declared import Attack, attacks
from autograder.attacks.notebooks import TOOLS, code, fill
from autograder.course import Chapter, Course
from autograder.demo_class import SHARES, Pupil, hand_in, pupil
from autograder.errors import UserError
from autograder.exercise import Exercise
from autograder.notebook import grade_id
from autograder.teaching.gradescope import course_toml

MARK = "made-by-ngram2bert-demo"
LEARNERS = 30
ROLL = (
    "ada aiko amir ana ben carlos chen diego elif emma farah grace hana ines ivan "
    "jonas kofi lena leo mara mei nadia noor olga omar paul priya ravi rosa sam "
    "sara sofia tariq tomas uma vera victor wei yara zoe"
)
NAMES = ROLL.split()
HOSTILE = {  # who is who in books on cryptography, and an attack of `autograder/attacks` each
    "chuck": "equal-tensor",
    "eve": "copy-a-neighbour",
    "mallory": "fork-bomb",
    "oscar": "read-the-secret",
    "trudy": "script-in-an-error",
}


@dataclass(frozen=True)
class Enemy:
    """A learner who attacks: every answer is right, but for one, which is the attack."""

    learner: str
    attack: Attack
    exercise: str


@dataclass(frozen=True)
class Class:
    """What was laid out: the course in `root`, and who handed in what."""

    root: Path
    chapter: str
    pupils: tuple[Pupil, ...]
    enemies: tuple[Enemy, ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter(one.kind for one in self.pupils)


def lay_out(course: Course, chapter: Chapter, folder: Path, learners: int = LEARNERS, *, hostile: bool = True) -> Class:
    """Make the folder anew: course.toml, settings, the chapter's notebooks, a class. Raises UserError.

    folder   is taken away first where an earlier run has made it; anything else is left alone, with an error
    hostile  five of them attack
    """
    enemies = [*HOSTILE] if hostile else []
    if not len(enemies) < learners <= len(NAMES) + len(enemies):
        raise UserError(
            f"a class of {learners}: it can have {len(enemies) + 1} to {len(NAMES) + len(enemies)} learners"
        )
    _clear(folder)
    for place in ("solutions", "notebooks"):
        source = course.root / place / chapter.name
        if not any(source.glob("*.ipynb")):
            raise UserError(f"{source} holds no notebook; run `make notebooks`")
        shutil.copytree(source, folder / place / chapter.name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(course.root / "nbgrader_config.py", folder)
    (folder / "course.toml").write_text(course_toml(course, chapter), encoding="utf-8")
    courses.forget()
    own = courses.read(folder)
    made = _mixed(own, learners - len(enemies))
    named = tuple(replace(one, learner=NAMES[number]) for number, one in enumerate(made))
    for one in named:
        hand_in(folder / "submitted", chapter, one)
    return Class(folder, chapter.name, named, tuple(_attack(own, named, who) for who in enemies))


def _mixed(course: Course, count: int) -> list[Pupil]:
    """So many learners with every kind among them, as far as there is room for all kinds."""
    waiting, made = [*SHARES], list[Pupil]()
    for number in itertools.count():
        if len(made) == count:
            return made
        one = pupil(course, course.chapters[0], number)
        if one.kind in waiting or len(waiting) < count - len(made):
            made.append(one)
            waiting = [kind for kind in waiting if kind != one.kind]
    raise AssertionError("there is always a next learner")


def _clear(folder: Path) -> None:
    """Take away what an earlier run made."""
    if folder.exists() and not (folder / MARK).is_file():
        raise UserError(f"{folder} is there and was not made by the demo; name another folder with --folder")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("Made by `ngram2bert demo`, which deletes this folder when it runs again.\n")
    except OSError as error:
        raise UserError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _attack(course: Course, others: tuple[Pupil, ...], learner: str) -> Enemy:
    """Hand in the notebook of a learner who attacks."""
    chapter = course.chapters[0]
    attack = next(attack for attack in attacks() if attack.id == HOSTILE[learner])
    exercise = _aim(chapter.exercises)
    path = course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if (name := grade_id(cell)) in chapter.exercises:
            cell["source"] = (
                chapter.exercises[name].source if name != exercise.name else _text(course, attack, exercise)
            )
    first = next(number for number, cell in enumerate(notebook["cells"]) if grade_id(cell) in chapter.exercises)
    notebook["cells"].insert(first, code("tools", TOOLS, {}))
    hand_in(course.root / "submitted", chapter, Pupil(learner, "hostile", {}, json.dumps(notebook)))
    return Enemy(learner, attack, exercise.name)


def _aim(exercises: Mapping[str, Exercise]) -> Exercise:
    """An exercise that no other builds on: what is lost there is lost there alone."""
    built_on = {name for exercise in exercises.values() for name in exercise.builds_on}
    return next(exercise for name, exercise in exercises.items() if name not in built_on)


def _text(course: Course, attack: Attack, exercise: Exercise) -> str:
    """The attack on this course, in place of the answer. Its listeners are not there: it knocks at a closed port."""
    chapter = course.chapters[0].name
    neighbour = course.root / "submitted" / NAMES[0] / chapter / f"{chapter}.ipynb"
    texts = {"COURSE": str(course.root), "NEIGHBOUR": str(neighbour), "TOKEN": "demo", "PORT": "9", "OUTSIDE": "/"}
    answer = attack.answer.replace("def spread(x)", f"def {exercise.target}(x=None, *more, **named)")
    return fill(answer.replace('"spread"', f'"{exercise.name}"'), texts)
