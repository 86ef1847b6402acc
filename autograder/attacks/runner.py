"""Run the attacks one by one, and hold what came of each against the promise: nothing gained, read, written or met."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.attacks import office, traces
from autograder.attacks.declared import Attack
from autograder.attacks.grader import Grader
from autograder.attacks.ground import BLANK, RIGHT, Ground
from autograder.errors import UserError

LONGEST = 90.0  # seconds for one submission; more is a checker that hangs
BROKEN = re.compile(r"NameError|SyntaxError|IndentationError")  # of the attack itself
CODES = ("\x1b", "\x07", "\x9b", "\b", "\u202e")
WON = re.compile(r"\bWon: ")
STOPPED, SUCCEEDED, NOT_STOPPED, UNTRIED = "stopped", "succeeded", "not stopped", "not tried"


@dataclass(frozen=True)
class Result:
    """What came of one attack.

    outcome  stopped; succeeded; not stopped: only a layer that is off here stops it; not tried: it did not get so far
    why      what it gained, or which layer is missing
    said     what grading said of it: points and reason
    """

    attack: Attack
    outcome: str
    why: tuple[str, ...] = ()
    said: str = ""
    milliseconds: float = 0.0


def run(
    attacks: Iterable[Attack], done: Callable[[Result], None] = lambda _: None, without: Collection[str] = ()
) -> list[Result]:
    """A result an attack. `done` is called as each is ready; `without` leaves layers of the sandbox out."""
    results = []
    with Ground() as ground, Grader(ground, without) as grader:
        field = Field(ground, grader)
        for attack in attacks:
            results.append(field.attack(attack))
            done(results[-1])
    return results


class Field:
    """The ground before the first attack: what everything looked like, and what the neighbours earned."""

    def __init__(self, ground: Ground, grader: Grader):
        self.ground, self.grader = ground, grader
        self.before = {learner: self.words(learner) for learner in (RIGHT, BLANK)}
        self.honest = grader.grade(RIGHT)
        self.first = next(iter(ground.exercises))
        self.usual = len(traces.processes(self.marks()))
        self.picture = traces.picture(ground.root, ground.outside)

    def words(self, learner: str) -> str:
        """A neighbour's grade, as text, without the time that it took."""
        return json.dumps(self.grader.grade(learner).as_data() | {"seconds": 0}, sort_keys=True)

    def marks(self) -> tuple[str, ...]:
        """Words by which the processes of this run are known."""
        return (str(self.grader.folder), self.ground.token)

    def attack(self, attack: Attack) -> Result:
        """Hand it in, grade it with a neighbour beside it, look around."""
        learners = self.ground.hand_in(attack)
        picture = traces.picture(self.ground.root, self.ground.outside)
        started = time.perf_counter()
        grades, gained = [], []
        with self.grader.neighbour() as beside:
            before = repr(self.grader.answers(beside))
            for learner in learners:
                grade = self._in_time(learner)
                if isinstance(grade, str):
                    gained.append(grade)
                else:
                    grades.append(grade)
            milliseconds = 1000 * (time.perf_counter() - started)
            if repr(self.grader.answers(beside)) != before:
                gained.append("the neighbour beside it answers otherwise now")
        gained += self._scores(attack, grades)
        gained += self._around(picture)
        gained += self._neighbours()
        if {"feedback", "gradebook"} & set(attack.stopped_by):  # the rest says nothing to them
            gained += [wrong for grade in grades for wrong in office.filed(self.ground, grade.learner, grade)]
        self.ground.take_back(learners)
        said = "; ".join(f"{grade.points:g} of {grade.possible:g}: {grade.reason}" for grade in grades)
        text = " ".join(map(_all_text, grades))
        tried = re.search(attack.shows, text) if attack.shows else not BROKEN.search(text)
        return self._result(attack, gained, said, milliseconds, bool(tried))

    def _in_time(self, learner: str) -> Any:
        """The grade, or what went wrong with the checker."""
        found: list[Any] = []

        def work() -> None:
            try:
                found.append(self.grader.grade(learner))
            except BaseException as error:
                found.append(f"the checker raised {type(error).__name__}: {str(error)[:200]}")

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(LONGEST)
        return found[0] if found else f"the checker had no answer after {LONGEST:g} s"

    def _scores(self, attack: Attack, grades: list[Any]) -> list[str]:
        """No more points than honest code earns, no less for what is right, a reason, nothing told."""
        gained = []
        for grade in grades:
            honest = 0.0 if attack.loses else self.honest.marks[self.first].points
            if getattr(grade, "incident", False):
                gained.append(f"the checker failed: {grade.reason}")
            if grade.possible != self.honest.possible:
                gained.append(f"{grade.possible:g} points possible instead of {self.honest.possible:g}")
            if grade.points > self.honest.marks[self.first].points + attack.earns:
                gained.append(f"{grade.points:g} points")
            if grade.points < honest and not grade.problem:
                gained.append(f"its right answer lost its points: {grade.marks[self.first].reason}")
            if not grade.reason or any(not mark.reason for mark in grade.marks.values()):
                gained.append("no reason given")
            text = _all_text(grade)
            canaries = self.ground.canaries | {"seed of its cases": str(self.grader.seed)}
            gained += [f"it read the {name}" for name, word in canaries.items() if word in text]
            gained += [f"its card holds {what}" for mark in grade.marks.values() for what in office.live(mark.body)]
            if any(mark in text for mark in CODES):
                gained.append("control characters of a terminal reach the teacher")
            if match := WON.search(text):
                gained.append(text[match.end() : match.end() + 100].splitlines()[0])
        return gained

    def _neighbours(self) -> list[str]:
        """A right and a blank submission have the grades that they had, byte by byte."""
        after = {learner: self.words(learner) for learner in (RIGHT, BLANK)}
        return [f"{name}, graded after it, has another grade" for name in after if after[name] != self.before[name]]

    def _around(self, picture: dict[str, str]) -> list[str]:
        """No file, no connection, no process. What there is is taken away, for the next attack."""
        now = traces.picture(self.ground.root, self.ground.outside)
        gained = [f"{name} changed" for name in traces.changes(picture, now)]
        if gained:
            self.ground.lay_out()
        gained += [f"{name} is left" for name in traces.leftovers(self.ground.token, self.ground.key)]
        gained += [f"it reached {kind}" for kind in sorted(set(self.ground.listeners.take()))]
        running = traces.processes(self.marks(), usual=self.usual, within=1.0)
        if len(running) > self.usual:
            self.usual = len(running)  # the next attack is not to blame for them
            gained.append(f"processes go on: {'; '.join(running)}")
        gained += [f"{folder} is not empty" for folder in self.grader.left_in_folders()]
        traces.clear(self.ground.token, self.ground.key)
        return gained

    def _result(self, attack: Attack, gained: list[str], said: str, milliseconds: float, tried: bool) -> Result:
        layers = self.grader.layers
        outcome = STOPPED if tried else UNTRIED
        if gained:
            missing = set(attack.stopped_by) <= layers.keys() and not any(layers[name] for name in attack.stopped_by)
            outcome = NOT_STOPPED if missing else SUCCEEDED
            if missing:
                gained.append(f"no {' or '.join(attack.stopped_by)} here")
        elif not tried:
            gained.append(f"grading did not say {attack.shows!r}" if attack.shows else "its own code is broken")
        return Result(attack, outcome, tuple(dict.fromkeys(gained)), said, milliseconds)


def _all_text(grade: Any) -> str:
    return "\n".join(_texts(grade.as_data()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def chosen(attacks: Iterable[Attack], words: Iterable[str]) -> list[Attack]:
    """The attacks whose id, asset or way is one of the words, or all. Raises UserError for a word that is none."""
    attacks, words = list(attacks), list(words)
    for word in words:
        if not any(word in (attack.id, attack.asset, attack.way) for attack in attacks):
            raise UserError(f"no attack, asset or way is called '{word}'; `ngram2bert attack --list` shows them")
    return [a for a in attacks if not words or {a.id, a.asset, a.way} & set(words)]
