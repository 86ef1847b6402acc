"""Exam mode, `exam = true` in course.toml: the cards say what is right and no more.

Who has this course installed has its references too. An exam that shall be one has exercises of the teacher's own,
whose file stays with the teacher: where it is missing, the chapter is *sealed*, and its checks only say that the work
is graded later.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from autograder import course
from autograder.card import Card
from autograder.course import Chapter
from autograder.errors import UserError
from autograder.released import released

LATER = "`{}` is graded after you have handed it in."


def stripped(card: Card) -> Card:
    """The card without expected values, diagnosis and hints; what stays tells where the points are."""
    unwritten = card.lead if card.tone == "blank" else ""
    return replace(card, lead=unwritten, lead_title="", failure=None, notes=(), hints=(), hints_in_all=0)


def chapter_of(exercise: str) -> Chapter | None:
    """The exam that asks for this exercise; None where no exam does."""
    read = course.read()
    for chapter in read.chapters:
        if chapter.sealed and exercise in released(read.root, chapter).stubs:
            return chapter
        if chapter.exam and exercise in chapter.exercises:
            return chapter
    return None


def refuse(exercise: str, what: str) -> None:
    """Raise UserError where the exercise is an exam's."""
    if (chapter := chapter_of(exercise)) is not None:
        raise UserError(f"{chapter.name} is an exam: there are no {what}")


def own(exercises: Sequence[str], space: Mapping[str, Any]) -> SimpleNamespace | None:
    """The learner's functions, right or wrong: in an exam no reference stands in. None where it is no exam."""
    targets = []
    for name in exercises:
        if (chapter := chapter_of(name)) is None:
            return None
        targets.append(_stub_defines(chapter, name) if chapter.sealed else chapter.exercises[name].target)
    if missing := [target for target in targets if target not in space]:
        raise UserError(f"nothing is called {missing[0]} yet; run the cell that defines it")
    print(f"Using your {', '.join(targets)}.")
    return SimpleNamespace(**{target: space[target] for target in targets})


def _stub_defines(chapter: Chapter, exercise: str) -> str:
    """The name that a sealed exercise asks for, as its stub has it."""
    stub = released(course.read().root, chapter).stubs[exercise]
    found = [node.name for node in ast.parse(stub).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return found[-1] if found else exercise
