"""Read course.toml: the chapters in order, where their exercises are declared, what a child preloads, points, dates."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from autograder import deadlines, own
from autograder.errors import DeclarationError, UserError
from autograder.exercise import Exercise


@dataclass(frozen=True)
class Chapter:
    """One chapter of course.toml. `points` overrides an exercise's own; `only` chooses among the exercises.

    module  the name of a module, or the whole path of a file or folder of declarations
    due     when it must be handed in, with a time zone; None: whenever
    exam    the cards say what is right and no more: no expected values, hints or solutions
    """

    name: str
    title: str
    module: str
    uses: tuple[str, ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    due: datetime | None = field(default=None, repr=False)  # no part of what a grade depends on
    exam: bool = field(default=False, repr=False)

    @property
    def sealed(self) -> bool:
        """True for an exam whose declarations are not on this machine."""
        return self.exam and own.is_path(self.module) and not Path(self.module).exists()

    @property
    def exercises(self) -> dict[str, Exercise]:
        """{id: Exercise} in the order of the declarations; imports them, so never call it in a child."""
        if self.sealed:
            return {}
        declared = load(self.module)
        unknown = [name for name in (*self.only, *self.points) if name not in declared]
        if unknown:
            raise UserError(
                f"course.toml names the exercise '{unknown[0]}' in {self.name}, "
                f"but {self.module} has only {', '.join(declared)}"
            )
        return {name: declared[name] for name in declared if not self.only or name in self.only}

    def possible(self, exercise: str) -> float:
        """The points of an exercise: course.toml's, else its own."""
        return float(self.points.get(exercise, self.exercises[exercise].points))


@dataclass(frozen=True)
class Course:
    """A course folder: where course.toml, notebooks/ and solutions/ are."""

    root: Path
    title: str
    chapters: tuple[Chapter, ...]
    late: deadlines.Late = field(default_factory=deadlines.Late)
    extensions: tuple[deadlines.Extension, ...] = ()

    def chapter(self, name: str) -> Chapter:
        """A chapter by its name (`01-ngrams`), its number (`01`, `1`) or its beginning."""
        for chapter in self.chapters:
            number = chapter.name.split("-")[0]
            if name in (chapter.name, number, number.lstrip("0") or "0"):
                if chapter.sealed:
                    raise UserError(f"{chapter.name} is an exam, and its exercises are not here: {chapter.module}")
                return chapter
        raise UserError(f"there is no chapter '{name}'; course.toml has {', '.join(c.name for c in self.chapters)}")

    def find(self, exercise: str) -> tuple[Chapter, Exercise]:
        """The exercise of that id and its chapter."""
        for chapter in self.chapters:
            if exercise in chapter.exercises:
                return chapter, chapter.exercises[exercise]
        known = [name for chapter in self.chapters for name in chapter.exercises]
        raise UserError(f"there is no exercise '{exercise}'; there are {', '.join(known)}")


def load(module: str) -> dict[str, Exercise]:
    """The exercises that a module, or a file or folder of a teacher's own, declares, in its order."""
    try:
        space = own.load(module) if own.is_path(module) else vars(importlib.import_module(module))
    except ModuleNotFoundError as error:
        raise UserError(
            f"the exercises of {module} cannot be imported ({error}); is the name in course.toml right?"
        ) from error
    declared: dict[str, Exercise] = {}
    for value in space.values():
        if isinstance(value, Exercise) and value is not declared.get(value.name):
            if value.name in declared:
                raise DeclarationError(f"{module} declares '{value.name}' twice")
            declared[value.name] = value
    if not declared and own.is_path(module):
        raise UserError(f'{module} declares no exercise; write `name = exercise("name", of=...)`')
    seen: set[str] = set()
    for name, value in declared.items():
        if late := [ancestor for ancestor in value.builds_on if ancestor not in seen]:
            raise DeclarationError(f"{name} builds on '{late[0]}', which {module} does not declare before it")
        seen.add(name)
    return declared


def find_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds course.toml, or the folder this package was installed from."""
    places = [*(start or Path.cwd()).resolve().parents, Path(__file__).resolve().parent.parent]
    for folder in [(start or Path.cwd()).resolve(), *places]:
        if (folder / "course.toml").is_file():
            return folder
    raise UserError("no course.toml here or above; change to the folder of the course")


def read(root: Path | None = None) -> Course:
    """Read and check the course.toml of a folder, or of the one that the working folder is in."""
    return _read(root or find_root())


def forget() -> None:
    """Read every course.toml anew from now on."""
    _read.cache_clear()


@cache
def _read(root: Path) -> Course:
    try:
        data: dict[str, Any] = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
        chapters = tuple(
            Chapter(
                entry["name"],
                entry["title"],
                own.resolved(entry["exercises"], root),
                tuple(entry.get("uses", ())),
                entry.get("points", {}),
                tuple(entry.get("only", ())),
                deadlines.due(entry["due"], f"due of {entry['name']}") if "due" in entry else None,
                bool(entry.get("exam", False)),
            )
            for entry in data["chapter"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"course.toml cannot be read: {type(error).__name__} {error}") from error
    dates = {chapter.name: chapter.due for chapter in chapters}
    late, extensions = deadlines.late(data.get("late", {})), deadlines.extensions(data.get("extension", []), dates)
    return Course(root, data.get("title", "ngram2bert"), chapters, late, extensions)
