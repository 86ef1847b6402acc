"""What a submission earned, as plain data: a mark an exercise, a grade a submission. It survives JSON and pickle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from html import escape
from typing import Any, Self

from autograder.card_html import sheet


@dataclass(frozen=True)
class Mark:
    """What one exercise earned: points, status, a line why, and what the learner is told.

    told   the diagnosis, Markdown; mistakes: the names of what was diagnosed
    parts  {part: (points earned, points possible)}
    body   the card as HTML without its style sheet; `card` is the whole
    text   the card as plain text
    """

    points: float
    possible: float
    status: str
    reason: str
    told: str = ""
    mistakes: tuple[str, ...] = ()
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    substituted: tuple[str, ...] = ()
    body: str = ""
    text: str = ""

    @property
    def card(self) -> str:
        """The card as HTML that needs nothing else. It shows no case that was drawn with a secret seed."""
        return sheet() + (self.body or f'<div class="n2b n2b-wrong"><p>{escape(self.reason)}</p></div>')

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """From what `dataclasses.asdict` made of it, perhaps by way of JSON."""
        known = _known(cls, data)
        lists = {name: tuple(known[name]) for name in ("mistakes", "substituted") if name in known}
        parts = {name: (float(earned), float(of)) for name, (earned, of) in known.get("parts", {}).items()}
        return cls(**(known | lists | {"parts": parts}))


@dataclass(frozen=True)
class Grade:
    """What one submission earned. `problem` says why nothing could be graded; there is always a score and a reason.

    notebook_sha  SHA-256 of the file that was graded, '' where there was none
    incident      True where the grader failed rather than the submission: the next run grades it again
    """

    learner: str
    marks: Mapping[str, Mark]
    remarks: tuple[str, ...] = ()
    problem: str = ""
    seconds: float = 0.0
    chapter: str = ""
    notebook_sha: str = ""
    incident: bool = False

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(mark.points for mark in self.marks.values())

    @property
    def possible(self) -> float:
        """Points that could be earned."""
        return sum(mark.possible for mark in self.marks.values())

    @property
    def reason(self) -> str:
        """One line why: what went wrong, exercise by exercise."""
        lost = [f"{name}: {mark.reason}" for name, mark in self.marks.items() if mark.points < mark.possible]
        return self.problem or "; ".join(lost) or "all right"

    def as_data(self) -> dict[str, Any]:
        """For JSON; `from_data` reads it back."""
        marks = {name: dict(vars(mark)) for name, mark in self.marks.items()}  # asdict copies deeply: 2 ms a grade
        return vars(self) | {"marks": marks, "points": self.points, "possible": self.possible, "reason": self.reason}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The grade that `as_data` was made from. Fields that are not known are left out, so that it may grow."""
        known = _known(cls, data)
        marks = {name: Mark.from_data(mark) for name, mark in known["marks"].items()}
        return cls(**(known | {"marks": marks, "remarks": tuple(known.get("remarks", ()))}))

    def without_cards(self) -> Self:
        """The same points and reasons at a tenth of the size: for lists of a whole class."""
        return replace(self, marks={name: replace(mark, body="", text="") for name, mark in self.marks.items()})


def nothing(learner: str, chapter: str, possible: Mapping[str, float], why: str, **more: Any) -> Grade:
    """The grade of a submission in which nothing can be graded: 0 points an exercise, and why."""
    marks = {
        name: Mark(0.0, points, "missing", why, text=f"{name}: 0 of {points:g} points\n\n{why}")
        for name, points in possible.items()
    }
    return Grade(learner, marks, problem=why, chapter=chapter, **more)


def _known(cls: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(cls)}
    return {name: value for name, value in data.items() if name in names}
