"""`ngram2bert build`: the notebooks from their masters."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from tqdm import tqdm

from autograder import course as courses
from autograder.errors import UserError

HELP = "build the solution notebooks and the learner's copies from their masters"
EXAMPLE = "ngram2bert build 01 --check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Chapters and the two switches."""
    parser.add_argument(
        "chapters", nargs="*", metavar="NN", help="chapters by number or name; all of course.toml by default"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="execute and write nothing; say what is stale and end with status 1 if anything is",
    )
    parser.add_argument("--fresh", action="store_true", help="execute even where no code cell has changed")


def run(args: argparse.Namespace) -> int:
    """0: all is up to date; 1: --check found something stale; 2: a chapter cannot be built."""
    course = courses.read()
    failed = stale = False
    for chapter in [course.chapter(name) for name in args.chapters] or course.chapters:
        try:
            if args.check:
                stale = _check(course, chapter) or stale
            else:
                _build(course, chapter, fresh=args.fresh)
        except UserError as error:  # the other chapters are built all the same
            print(error, file=sys.stderr)
            failed = True
    if stale:
        print("run `make notebooks`, and commit what it writes", file=sys.stderr)
    return 2 if failed else int(stale)


def _check(course: courses.Course, chapter: courses.Chapter) -> bool:
    from autograder.build.chapter import stale  # nbgrader and jupytext take a second to import

    reasons = stale(course, chapter)
    for line in reasons or [f"{chapter.name} is up to date"]:
        print(line)
    return bool(reasons)


def _build(course: courses.Course, chapter: courses.Chapter, *, fresh: bool) -> None:
    from autograder.build.chapter import build

    started, bar = time.perf_counter(), tqdm(desc=chapter.name, unit="cell", disable=None, leave=False)

    def step() -> None:
        bar.update()

    def start(cells: int) -> Callable[[], None]:
        bar.reset(total=cells)
        return step

    try:
        done = build(course, chapter, fresh=fresh, start=start)
    finally:
        bar.close()
    for remark in done.remarks:
        print(remark, file=sys.stderr)
    how = f"executed in {time.perf_counter() - started:.0f} s" if done.executed else "code unchanged, outputs kept"
    written = [path.relative_to(course.root).as_posix() for path in done.written]
    print(f"{chapter.name}: {how}; wrote {', '.join(written) or 'nothing'}")
