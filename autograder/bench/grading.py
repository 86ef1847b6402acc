"""Grading beside stock nbgrader, in one run on one machine, on notebooks of the same class.

Stock `nbgrader autograde` starts a kernel for each submission and runs the whole notebook there, experiments (corpora,
plots, training) included; ours skips experiments. So stock runs once more on the same notebooks with these cells empty.
It gets a few submissions, those that are readable notebooks; all of its time goes by submission, so few are enough.
Ours has costs that a class shares (a process that loads torch, references once a seed): the few alone, then the class.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder import course
from autograder.bench import folder, inline, memory
from autograder.bench.folder import Folder, make
from autograder.course import Chapter, Course
from autograder.demo_class import Pupil, pupil, pupils
from autograder.errors import UserError
from ngram2bert.bench import Row, Seconds, timed
from ngram2bert.bench.clock import cpu_seconds

CHAPTER = "01-ngrams"
AIMS = {"preprocessor": 8, "grade": 80}  # times faster than stock
CLASS_SECONDS = 60.0  # for a thousand on two cores
CHECK_SECONDS = 0.1
STOCK = "stock nbgrader autograde"


def rows(class_size: int, stock: int, say: Callable[[str], None] = print) -> Iterator[Row]:
    """class_size: learners of the whole class; stock: how many of them stock nbgrader grades; 0 leaves it out."""
    here = course.read()
    chapter = here.chapter(CHAPTER)
    with tempfile.TemporaryDirectory() as place:
        if stock:
            yield from _beside_stock(Path(place), here, chapter, class_size, stock, say)
        else:
            yield _class(Path(place), here, chapter, class_size, say)[1]
    yield from _checks(here, chapter, say)


def _beside_stock(
    place: Path, here: Course, chapter: Chapter, class_size: int, stock: int, say: Callable[[str], None]
) -> Iterator[Row]:
    few = _readable(here, chapter, stock)

    def measured(name: str, class_: list[Pupil], how: Callable[[Folder], None], **settings: bool) -> Seconds:
        say(name)
        made = make(place / name.replace(" ", "-"), here, chapter, class_, **settings)
        return timed(lambda: how(made)).each(len(class_))

    theirs = measured("stock nbgrader", few, Folder.nbgrader, stock=True)
    bare = [folder.without_experiments(one) for one in few]
    emptied = measured("stock without experiments", bare, Folder.nbgrader, stock=True)
    ours = {
        f"nbgrader autograde with our preprocessor, {stock} submissions": measured("ours", few, Folder.nbgrader),
        f"ngram2bert grade, the same {stock}": measured("ours alone", few, Folder.ours),
    }
    each, whole = _class(place, here, chapter, class_size, say)
    ours[f"ngram2bert grade, a class of {class_size}"] = each
    for what, mine in ours.items():
        aim = AIMS["preprocessor" if "preprocessor" in what else "grade"]
        yield Row(what, STOCK, mine, theirs, _times(mine, theirs, aim))
    for what, mine in ours.items():
        yield Row(what, f"{STOCK}, experiment cells empty", mine, emptied, _times(mine, emptied))
    yield whole


def _readable(here: Course, chapter: Chapter, count: int) -> list[Pupil]:
    """The first of the class that handed in a whole notebook, right or wrong."""
    found, number = list[Pupil](), 0
    while len(found) < count:
        one = pupil(here, chapter, number)
        number += 1
        if one.kind != "broken":
            found.append(one)
    return found


def _class(place: Path, here: Course, chapter: Chapter, size: int, say: Callable[[str], None]) -> tuple[Seconds, Row]:
    """The whole class, broken files too, sandbox and gradebook included: a submission; all of it, and its memory."""
    say(f"a class of {size}")
    made = make(place / "class", here, chapter, pupils(here, chapter, size))
    wall, cpu = time.perf_counter(), cpu_seconds()
    status, said, (half, peak) = memory.run([sys.executable, *made.command], made.course.root, made.environment())
    taken = Seconds(time.perf_counter() - wall, cpu_seconds() - cpu)
    if status:
        raise UserError(f"ngram2bert grade ended with status {status}: {said.strip().splitlines()[-1:]}")
    limit = CLASS_SECONDS * size / 1000
    note = (
        f"{taken.wall:.1f} s on the clock, limit {limit:.0f} s; memory at most {peak:.0f} MB, {half:.0f} by half-time"
    )
    return taken.each(size), Row(f"all of a class of {size}", "", taken, None, note)


def _checks(here: Course, chapter: Chapter, say: Callable[[str], None]) -> Iterator[Row]:
    say("inline checks")
    found = inline.seconds(here.root, chapter.name)
    for number, what in enumerate(("the solution, first time", "a mistake", "the solution again")):
        times = {name: Seconds(*seconds[number]) for name, seconds in found.items()}
        slowest = max(times, key=lambda name: times[name].wall)
        wall, cpu = (statistics.median(getattr(taken, clock) for taken in times.values()) for clock in ("wall", "cpu"))
        note = f"median of {len(times)}, {1000 * wall:.0f} ms on the clock, limit {1000 * CHECK_SECONDS:.0f} ms; "
        note += f"slowest {1000 * times[slowest].wall:.0f} ms ({slowest})"
        yield Row(f"an inline check: {what}", "", Seconds(wall, cpu), None, note)


def _times(ours: Seconds, theirs: Seconds, aim: int = 0) -> str:
    return f"{theirs.wall / ours.wall:.1f} times faster on the clock" + (f", aim {aim}" if aim else "")
