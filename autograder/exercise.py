"""The declaration of an exercise: said once; the card, grading, pytest, `verify` and the diagnosis all read it."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograder.case import Case, Variant
from autograder.draw import Draw
from autograder.errors import DeclarationError
from autograder.outcome import Outcome
from autograder.patches import patched
from autograder.probes import READY_MADE, ready_made
from autograder.reference import namespace, run_here

__all__ = ["Case", "Exercise", "Variant", "exercise", "implementations"]

Cases = Callable[[Draw], Iterator[tuple[str, dict[str, Any]]]]


@dataclass
class Exercise:
    """One graded exercise; made by `exercise`. The fields are described there."""

    name: str
    of: Callable[..., Any]
    points: int
    minutes: int
    level: int
    builds_on: tuple[str, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    probe: str = "call"
    forbids: tuple[str, ...] = ()
    tolerance: float | None = None
    seconds: float = 5.0
    given: tuple[str, ...] = ()
    needs: dict[str, Any] = field(default_factory=dict)
    mistakes: list[Variant] = field(default_factory=list)
    right_ways: list[Variant] = field(default_factory=list)
    equivalents: dict[str, str] = field(default_factory=dict)
    exact_law: Callable[..., Any] | None = None
    case_source: Cases | None = None

    @property
    def target(self) -> str:
        """The name that the learner's function or class must have."""
        return self.of.__name__

    @cached_property
    def source(self) -> str:
        """The text of the solution: the library's own function or class."""
        return textwrap.dedent(inspect.getsource(self.of))

    @cached_property
    def probe_source(self) -> str:
        """The text of the probe: ready-made by name, or the declaration's own."""
        return ready_made(self.probe) if self.probe in READY_MADE else textwrap.dedent(self.probe)

    def cases(self, source: Cases) -> Cases:
        """Decorator: a generator over (label, arguments), hand-made ones before anything is drawn from its `Draw`."""
        self.case_source = source
        return source

    def law(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator for the probe `draws`: a case -> {row as a tuple: probability}, or a 1-d tensor over 0 .. K-1."""
        self.exact_law = function
        return function

    def mistake(self, name: str, old: str | Mapping[str, str], new: str, told: str) -> None:
        """A wrong solution as a patch: `old` must stand once in the solution's code (or {old: new, ...} and new='')."""
        changes = dict(old) if isinstance(old, Mapping) else {old: new}
        source = patched(self.source, changes, f"{self.name}: the patch of mistake '{name}'")
        self.mistakes.append(Variant(name, source, told))

    def wrong(self, name: str, source: str, told: str) -> None:
        """A wrong solution as a whole function or class."""
        self.mistakes.append(Variant(name, textwrap.dedent(source).strip() + "\n", told))

    def also(self, name: str, source: str) -> None:
        """Another right way, of another structure."""
        self.right_ways.append(Variant(name, textwrap.dedent(source).strip() + "\n"))

    def equivalent(self, change: str, because: str) -> None:
        """A machine-made mutant (`old -> new`, as `verify` prints it) that is right as well, and why."""
        self.equivalents[change] = because

    def make_cases(self, seed: int | str) -> list[Case]:
        """All cases of a seed, in the order of the declaration."""
        if self.case_source is None:
            raise DeclarationError(f"{self.name} has no cases; decorate a generator with @{self.name}.cases")
        draw, made = Draw(f"{self.name}/{seed}"), []
        for label, arguments in self.case_source(draw):
            if self.parts and label not in self.parts:
                raise DeclarationError(
                    f"{self.name}: a case is labelled '{label}', which is none of the parts {sorted(self.parts)}"
                )
            made.append(Case(label, arguments, handmade=not draw.touched))
        return made

    def part_of(self, label: str) -> str:
        """The part that a label's cases decide."""
        return label if self.parts else "all"

    def part_points(self) -> dict[str, float]:
        """Points a part; one part `all` where none are named."""
        return self.parts or {"all": float(self.points)}

    def space(self, source: str | None = None, name: str = "solution") -> dict[str, Any]:
        """A namespace that holds the reference, or `source` in its place among the reference's own imports."""
        return namespace(self.of, self.needs, source, name)

    def run(self, cases: Sequence[Case], source: str | None = None, *, seed: int = 0) -> list[Outcome]:
        """Run the reference, or `source` in its place, on the cases, in this interpreter."""
        try:
            space = self.space(source)
        except Exception as error:  # a mutant may not even compile
            return [Outcome("error", error=type(error).__name__, message=str(error)[:200])] * len(cases)
        fresh = (case.fresh() for case in cases)
        return run_here(self.probe_source, space, self.target, fresh, seed=seed, forbids=self.forbids)


def exercise(
    name: str,
    *,
    of: Callable[..., Any],
    points: int,
    minutes: int,
    level: int,
    builds_on: Sequence[str] = (),
    parts: Mapping[str, float] | None = None,
    hints: Sequence[str] = (),
    probe: str = "call",
    forbids: Sequence[str] = (),
    tolerance: float | None = None,
    seconds: float = 5.0,
    given: Sequence[str] = (),
    needs: Mapping[str, Any] | None = None,
) -> Exercise:
    """Declare an exercise.

    name       its id, as in the master (`# %% exercise="name"`) and in `check("name")`
    of         the library's function or class: its text is the solution, its outputs are the reference
    points     whole points; minutes: for a learner; level: 1 (easy) to 3
    builds_on  ids of exercises that the solution calls; an error there is charged there only
    parts      {label of cases: points}; a part counts when all its cases pass; together they make `points`
    hints      a nudge, a direction, nearly there: Markdown, shown one at a time
    probe      call, module, draws, trajectory, verdicts, or the text of a function `probe(target, **case)`
    forbids    last names of torch functions that the task asks the learner to write
    tolerance  relative; by default it follows the dtype
    seconds    a case may take in grading
    given      methods of a class that the learner is given (`__init__`, ...)
    needs      {name: value} of what the chapter's given cells define beside math, np, torch, nn and F
    """
    parts = dict(parts or {})
    if parts and sum(parts.values()) != points:
        raise DeclarationError(
            f"{name}: the parts have {sum(parts.values())} points together, but the exercise has {points}"
        )
    if level not in (1, 2, 3):
        raise DeclarationError(f"{name}: level is {level}, but it must be 1, 2 or 3")
    if probe not in READY_MADE and "def probe(" not in probe:
        raise DeclarationError(
            f"{name}: the probe is neither one of {', '.join(READY_MADE)} nor the text of `def probe(...)`"
        )
    return Exercise(
        name,
        of,
        points,
        minutes,
        level,
        tuple(builds_on),
        parts,
        tuple(hints),
        probe,
        tuple(forbids),
        tolerance,
        seconds,
        tuple(given),
        dict(needs or {}),
    )


def implementations(judged: Exercise) -> list[tuple[str, str]]:
    """The ways to write an exercise, for a task whose answer is a test: ("right ways" | "mistakes", source)."""
    right = [judged.source, *(way.source for way in judged.right_ways)]
    return [("right ways", source) for source in right] + [("mistakes", mistake.source) for mistake in judged.mistakes]
