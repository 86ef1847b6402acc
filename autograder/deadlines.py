"""When a chapter is due, what lateness costs, who has longer: the dates of course.toml."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from autograder.errors import UserError

Policy = Literal["none", "zero", "per day"]
DAY = 86_400  # seconds
EXAMPLE = "2026-10-01T23:59:00+02:00"


@dataclass(frozen=True)
class Late:
    """What a late submission loses.

    policy         none; zero: all its points; per day: `percent` of its points for every day begun
    percent        0 to 100, of the points earned
    grace_minutes  late by no more than this is on time
    """

    policy: Policy = "none"
    percent: float = 0.0
    grace_minutes: float = 0.0

    def penalty(self, score: float, seconds: float) -> float | None:
        """Points taken off a score that came so many seconds late; None for nothing."""
        if self.policy == "none" or seconds <= 60 * self.grace_minutes:
            return None
        if self.policy == "zero":
            return score
        return min(score, score * self.percent / 100 * math.ceil(seconds / DAY))


@dataclass(frozen=True)
class Extension:
    """One learner's later date for one chapter."""

    learner: str
    chapter: str
    until: datetime


def due(value: Any, where: str) -> datetime:
    """A date with its time zone: without one, nobody knows when midnight is. Raises UserError."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    raise UserError(
        f"course.toml: {where} is {_said(value)}; write date, time and time zone without quotation marks, as {EXAMPLE}"
    )


def late(table: Any) -> Late:
    """The table [late]. Raises UserError."""
    _known(table, {"policy", "percent", "grace_minutes"}, "[late]")
    policy = table.get("policy", "none")
    if policy not in get_args(Policy):
        raise UserError(f"course.toml: policy in [late] is {_said(policy)}; there are 'none', 'zero' and 'per day'")
    percent, grace = _number(table, "percent", 100), _number(table, "grace_minutes", math.inf)
    if (policy == "per day") != (percent > 0):
        raise UserError("course.toml: [late] takes a percent above 0 with policy = 'per day', and only there")
    return Late(cast(Policy, policy), percent, grace)


def extensions(tables: Any, dates: Mapping[str, datetime | None]) -> tuple[Extension, ...]:
    """The tables [[extension]]; `dates` says which chapters are due when. Raises UserError."""
    found: list[Extension] = []
    for table in tables if isinstance(tables, list) else [tables]:
        _known(table, {"learner", "chapter", "until", "days"}, "[[extension]]")
        learner, chapter = table.get("learner"), table.get("chapter")
        if not isinstance(learner, str) or not learner:
            raise UserError(f"course.toml: learner in [[extension]] is {_said(learner)}; write the name of a folder")
        if not isinstance(chapter, str) or chapter not in dates:
            known = ", ".join(dates)
            raise UserError(
                f"course.toml: chapter in [[extension]] for {learner} is {_said(chapter)}; there are {known}"
            )
        first = dates[chapter]
        if first is None:
            raise UserError(f"course.toml: {learner} has an [[extension]] for {chapter}, which has no due date")
        if ("until" in table) == ("days" in table):
            raise UserError(f"course.toml: the [[extension]] for {learner} needs either until or days")
        if "until" in table:
            until = due(table["until"], f"until in the [[extension]] for {learner}")
        else:
            until = first + timedelta(days=_number(table, "days", 10_000))
        if until <= first:
            raise UserError(f"course.toml: the [[extension]] for {learner} ends before {chapter} is due")
        if any((other.learner, other.chapter) == (learner, chapter) for other in found):
            raise UserError(f"course.toml: {learner} has two [[extension]]s for {chapter}; leave one")
        found.append(Extension(learner, chapter, until))
    return tuple(found)


def _known(table: Any, names: Collection[str], where: str) -> None:
    if not isinstance(table, dict):
        raise UserError(f"course.toml: {where} is {_said(table)}; it must be a table")
    if unknown := [name for name in table if name not in names]:
        raise UserError(f"course.toml: {where} knows no '{unknown[0]}'; it takes {', '.join(sorted(names))}")


def _number(table: Mapping[str, Any], name: str, most: float) -> float:
    value = table.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        span = "of 0 or more" if math.isinf(most) else f"from 0 to {most:g}"
        raise UserError(f"course.toml: {name} is {_said(value)}; it must be a number {span}")
    return float(value)


def _said(value: Any) -> str:
    return "missing" if value is None else str(value) if isinstance(value, datetime) else repr(value)
