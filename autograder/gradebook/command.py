"""The gradebook's part of `ngram2bert grade`: its options, the writing, and what is said of it."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.course import Chapter, Course

if TYPE_CHECKING:
    from autograder.gradebook.writer import Writer

SHOWN = 40  # differences; the rest are counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the gradebook."""
    parser.add_argument(
        "--db",
        metavar="URL",
        help="the gradebook (gradebook.db beside course.toml); postgresql://USER@HOST/NAME works too",
    )
    parser.add_argument("--no-gradebook", action="store_true", help="write neither gradebook nor autograded notebooks")
    parser.add_argument("--yes", action="store_true", help="also write where a score in the gradebook changes")


@contextlib.contextmanager
def writing(args: argparse.Namespace, course: Course, chapter: Chapter) -> Iterator[Writer | None]:
    """A writer, as the options say; None with --no-gradebook. What was added is written at the end."""
    if args.no_gradebook:
        yield None
        return
    from autograder.gradebook.writer import Writer

    with Writer(course, chapter, args.db, yes=args.yes) as writer:
        yield writer


def tell(writer: Writer | None) -> int:
    """Say on standard error what was written, and what was not and why. Exit status: 1 where something waits."""
    if writer is None:
        return 0
    for learner, why in writer.refused.items():
        print(f"{learner!r} is not in the gradebook: {why}", file=sys.stderr)
    for difference in writer.held[:SHOWN]:
        print(difference, file=sys.stderr)
    if len(writer.held) > SHOWN:
        print(f"and {len(writer.held) - SHOWN} more", file=sys.stderr)
    said = f"{writer.place}: {writer.written} submissions written, {writer.unchanged} unchanged"
    if writer.held:
        learners = len({difference.learner for difference in writer.held})
        said += f"; {len(writer.held)} scores of {learners} would change and are not written: run again with --yes"
    print(said + ".", file=sys.stderr)
    return 1 if writer.held or writer.refused else 0
