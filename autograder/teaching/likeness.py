"""Which answers of a class are alike, beyond what their length and the class's habits explain.

The comparison is rapidfuzz's: twice the longest common subsequence over the lengths (Indel), on runs of three tokens,
for all pairs at once. copydetect 0.5.0 (2024) was tried and left: it turns every name into one letter, those of the
library's functions too, so that short answers all agree, and picks its fingerprints by Python's salted `hash`, so that
two runs differ. compare50 pins a version of attrs that Jupyter cannot use.

Measured on the declared right ways of chapters 00 and 01: two different ones reach 0.56 at most (0.71 for a class whose
methods are named by the task), a solution with one thing changed 0.82 and more, but for answers of 20 tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from autograder.exercise import Exercise
from autograder.teaching.forms import Form, form, runs

SHORTEST = 30  # tokens of a solution or an answer; below that, two honest answers often agree to the letter
LONGEST = 4_000  # tokens of an answer; longer is no answer, and to compare many such would take hours
HABIT = 0.03  # what more than this share of the class writes is a habit: a common way, or a common mistake
HABIT_AT_LEAST = 3
LEAST = 0.75  # the threshold of the longest
PUBLISHED = 0.95  # an answer may come near the solution by itself: a copy is closer than that


@dataclass(frozen=True)
class Alike:
    """Two answers to one exercise, or an answer and a published solution. likeness: 0 to 1; tokens: in common."""

    exercise: str
    one: Form
    two: Form
    likeness: float

    @property
    def tokens(self) -> float:
        """How much text it is about."""
        return self.likeness * min(len(self.one.tokens), len(self.two.tokens))

    @property
    def how(self) -> str:
        """In words."""
        if self.one.words == self.two.words:
            return "word for word"
        if self.one.normal == self.two.normal:
            return "the same but for names"
        if self.one.sorted == self.two.sorted:
            return "the same in another order"
        return f"{round(100 * self.likeness)} % alike"


@dataclass
class Pair:
    """Two learners and the exercises in which they are alike."""

    one: str
    two: str
    alike: list[Alike] = field(default_factory=list)

    @property
    def tokens(self) -> float:
        """How much they have in common."""
        return sum(a.tokens for a in self.alike)


@dataclass
class Found:
    """What a class shows.

    copies    {learner: answers that are a published solution's}
    habits    {exercise: learners whose answer is like too many others'}
    too_long  answers that were left out, `LEARNER: EXERCISE`
    """

    pairs: list[Pair] = field(default_factory=list)
    copies: dict[str, list[Alike]] = field(default_factory=dict)
    too_short: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    habits: dict[str, list[str]] = field(default_factory=dict)
    too_long: list[str] = field(default_factory=list)


def threshold(length: int) -> float:
    """The likeness from which answers count as alike, by the solution's length in tokens: the shorter, the higher."""
    return min(1.0, LEAST + 6 / length)


def compare(
    answers: Mapping[str, Mapping[str, str]], exercises: Mapping[str, Exercise], stubs: Mapping[str, str]
) -> Found:
    """Pairs of learners, most in common first, and copies of a published solution.

    answers  {learner: {exercise: source of the cell}}; stubs: {exercise: the cell as it was given out}
    """
    found = Found()
    pairs: dict[tuple[str, str], Pair] = {}
    for name, exercise in exercises.items():
        published = [form(source, stubs.get(name, "")) for source in _published(exercise)]
        length = len(published[0].tokens)
        if length < SHORTEST:
            found.too_short.append(name)
            continue
        found.compared.append(name)
        forms = {who: form(sources[name], stubs.get(name, "")) for who, sources in answers.items() if name in sources}
        found.too_long += [f"{who}: {name}" for who, f in forms.items() if len(f.tokens) > LONGEST]
        forms = {who: f for who, f in forms.items() if f.begun and SHORTEST <= len(f.tokens) <= LONGEST}
        own = dict(forms)
        for who, nearest, likeness in _nearest(forms, published, max(PUBLISHED, threshold(length))):
            found.copies.setdefault(who, []).append(Alike(name, forms[who], nearest, likeness))
            del own[who]
        for one, two, likeness in _edges(own, threshold(length), name, found.habits):
            pairs.setdefault((one, two), Pair(one, two)).alike.append(Alike(name, own[one], own[two], likeness))
    found.pairs = sorted(pairs.values(), key=lambda pair: (-pair.tokens, pair.one, pair.two))
    found.copies = dict(sorted(found.copies.items(), key=lambda item: (-sum(a.tokens for a in item[1]), item[0])))
    return found


def _published(exercise: Exercise) -> list[str]:
    return [exercise.source, *(way.source for way in exercise.right_ways)]


def _nearest(forms: Mapping[str, Form], published: Sequence[Form], least: float) -> Iterator[tuple[str, Form, float]]:
    if not forms:
        return
    likeness = matrix(list(forms.values()), published)
    for who, row in zip(forms, likeness, strict=True):
        best = int(row.argmax())
        if row[best] >= least:
            yield who, published[best], float(row[best])


def _edges(
    forms: Mapping[str, Form], least: float, exercise: str, habits: dict[str, list[str]]
) -> Iterator[tuple[str, str, float]]:
    """Pairs of learners above the threshold whose form is not a habit of the class."""
    if len(forms) < 2:
        return
    people = list(forms)
    likeness = matrix(list(forms.values()), list(forms.values()))
    near = likeness >= least
    company = near.sum(axis=1)  # with oneself
    many = max(HABIT_AT_LEAST, HABIT * len(people))
    habit = company > many
    if habit.any():
        habits[exercise] = [who for who, many_do in zip(people, habit, strict=True) if many_do]
    for i, j in np.argwhere(np.triu(near, 1) & ~(habit[:, None] | habit[None, :])):
        yield people[int(i)], people[int(j)], float(likeness[i, j])


def matrix(left: Sequence[Form], right: Sequence[Form]) -> NDArray[np.float32]:
    """(left, right) likenesses: the better of the two orders; what no threshold reaches is 0."""
    orders = ("normal", "sorted")
    return np.maximum(*(_all_pairs([getattr(f, o) for f in left], [getattr(f, o) for f in right]) for o in orders))


def _all_pairs(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> NDArray[np.float32]:
    """Equal forms are compared once. Each run of tokens becomes one letter of a text, which rapidfuzz compares fast."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    letters: dict[tuple[str, ...], str] = {}

    def text(tokens: tuple[str, ...]) -> str:
        return "".join(letters.setdefault(run, _letter(len(letters))) for run in runs(tokens))

    rows, columns = list(dict.fromkeys(left)), list(dict.fromkeys(right))
    first = list(map(text, rows))
    second = first if rows == columns else list(map(text, columns))  # for one and the same list it does half the work
    found = cdist(first, second, scorer=Indel.normalized_similarity, score_cutoff=LEAST, dtype=np.float32)
    row, column = {t: i for i, t in enumerate(rows)}, {t: i for i, t in enumerate(columns)}
    return np.asarray(found)[np.ix_([row[t] for t in left], [column[t] for t in right])]


def _letter(number: int) -> str:
    """Letters beyond ASCII without the surrogates, which are none. Where a class was made to have more runs than there
    are letters, some stand for two."""
    code = 256 + number % 1_100_000
    return chr(code if code < 0xD800 else code + 0x800)
