"""Judge one exercise in the kernel, and say what beside the points a learner should know."""

from __future__ import annotations

import contextlib
import difflib
import inspect
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import course
from autograder.course import Chapter, Course
from autograder.diagnose import diagnose
from autograder.errors import UserError
from autograder.exercise import Exercise
from autograder.globals_check import CellRule, outside
from autograder.grading import ancestors, grade
from autograder.judge import PUBLIC_SEED, Report, judge
from autograder.kernel import KernelSession, substituted
from autograder.markdown import code
from autograder.progress import Result
from autograder.released import released

_NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class Found:
    """An exercise, its chapter and the course they stand in."""

    course: Course
    chapter: Chapter
    exercise: Exercise

    @property
    def possible(self) -> float:
        """Its points in this course."""
        return self.chapter.possible(self.exercise.name)


def find(name: str) -> Found:
    """The exercise of that id; where there is none, one line with the nearest ids."""
    if not isinstance(name, str):
        raise UserError(f'the id of an exercise is a text in quotes, like check("count_ngrams"); got {name!r:.60}')
    here = course.read()
    known: dict[str, Chapter] = {}
    for chapter in sorted(here.chapters, key=_elsewhere):
        if name in chapter.exercises:
            return Found(here, chapter, chapter.exercises[name])
        known.update(dict.fromkeys(chapter.exercises, chapter))
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.4)
    did_you_mean = (
        "did you mean " + " or ".join(f'"{n}"' for n in near) + "?" if near else "the ids stand in the check cells."
    )
    raise UserError(f'There is no exercise "{name}"; {did_you_mean}')


def _elsewhere(chapter: Chapter) -> bool:
    """False for the chapter that this notebook seems to belong to: its declarations are looked at first."""
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return chapter.name not in (path.stem, path.parent.name, Path.cwd().name)


def judge_here(found: Found, space: dict[str, Any], session: KernelSession) -> Report:
    """The report of the exercise as the namespace has it now; ancestors are judged only where they could matter."""
    exercise, declared = found.exercise, found.chapter.exercises
    report = judge(exercise, session.run, PUBLIC_SEED)
    if report.passed or report.status in ("not yet written", "missing"):
        return report
    chain = ancestors(exercise, declared)
    if all(judge(declared[name], session.run, PUBLIC_SEED).passed for name in chain):
        return diagnose(report)

    @contextlib.contextmanager
    def open_session(names: frozenset[str]) -> Iterator[KernelSession]:
        with substituted(space, {declared[name].target: declared[name].of for name in names}):
            yield session

    return grade([*(declared[name] for name in chain), exercise], open_session, PUBLIC_SEED)[exercise.name]


def notes(
    found: Found, report: Report, session: KernelSession, space: Mapping[str, Any], cells: Sequence[str]
) -> list[str]:
    """What else to say (Markdown): substituted ancestors, another signature, globals, warnings."""
    exercise, said = found.exercise, []
    if report.substituted:
        names = listed([found.chapter.exercises[name].target for name in report.substituted])
        said.append(
            f"Judged with the reference's {names}, since yours {_do(report.substituted, 'does', 'do')} not pass yet."
        )
    target = space.get(exercise.target)
    if target is None or report.status in ("not yet written", "missing"):
        return said
    if signature := _other_signature(report, target):
        said.append(signature)
    rule = released(found.course.root, found.chapter)
    missing = {match[1] for result in report.results if (match := _NOT_DEFINED.search(result.got.message))}
    if given := sorted(missing & rule.given - set(space)):
        said.append(f"{listed(given)} {_do(given, 'comes', 'come')} from a cell above that you have not run yet.")
    targets = frozenset(other.target for other in found.chapter.exercises.values())
    leaning = outside(target, space, cells, CellRule(rule.given | frozenset(exercise.needs), targets, rule.skipped))
    said += [
        f"`{one.user}` uses the global `{one.name}` ({one.kind}), which will not exist when the notebook is graded: "
        f"pass it as an argument, or make it inside `{one.user}`."
        for one in leaning
    ]
    if report.passed and any(session.printed.get(exercise.name, {}).values()):
        said.append("Your code prints while it is judged; what it prints is not shown here.")
    said += [f"Python warned: {code(text)}" for text in session.warned.get(exercise.name, [])[:2]]
    return said


def near_name(exercise: Exercise, space: Mapping[str, Any], taken: Sequence[str]) -> str:
    """What to say where nothing has the name that the task asks for: perhaps a function of the learner's is meant."""

    def bare(name: str) -> str:
        return name.replace("_", "").lower()

    own = {
        bare(name): name
        for name, value in space.items()
        if callable(value) and getattr(value, "__module__", "") == "__main__" and name not in taken
    }
    near = difflib.get_close_matches(bare(exercise.target), own, n=1, cutoff=0.7)
    if near:
        return (
            f"You wrote `{own[near[0]]}`; the task asks for `{exercise.target}`. Rename yours and run its cell again."
        )
    return f"Nothing is called `{exercise.target}` yet. Run the cell that defines it, then run this check again."


def then(found: Found, results: Mapping[str, Result]) -> str:
    """What to do after an exercise is right, by what the learner's record holds."""
    names = list(found.chapter.exercises)
    later = names[names.index(found.exercise.name) + 1 :] + names
    todo = [
        name
        for name in later
        if name != found.exercise.name and not (name in results and results[name].points >= results[name].possible)
    ]
    if not todo:
        return f"All exercises of {found.chapter.name} are right."
    following = found.chapter.exercises[todo[0]]
    return f"Next: `{following.name}`, {following.minutes} minutes."


def _other_signature(report: Report, target: Any) -> str:
    """A sentence where the learner's function takes other arguments than the task says and calls fail for it."""
    exercise = report.exercise
    if not any(result.got.error == "TypeError" for result in report.results):
        return ""
    try:
        wanted, own = inspect.signature(exercise.of), inspect.signature(target)
    except (TypeError, ValueError):
        return ""
    if list(wanted.parameters) == list(own.parameters):
        return ""
    task, yours = (", ".join(signature.parameters) for signature in (wanted, own))
    return f"The task's arguments are `{exercise.target}({task})`; yours are `({yours})`."


def listed(names: Sequence[str]) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _do(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many
