"""`ngram2bert release`: a chapter made known to the gradebook, its notebook ready to be given out."""

from __future__ import annotations

import argparse

from autograder import course

HELP = "make a chapter known to the gradebook and say which notebook to give out"
EXAMPLE = "ngram2bert release 01-ngrams"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", help="a chapter's name or number")
    parser.add_argument("--db", metavar="URL", help="the gradebook (gradebook.db beside course.toml)")


def run(args: argparse.Namespace) -> int:
    """0: the chapter is released; what stands in the way is raised as one line."""
    from autograder.pages.releasing import release  # nbgrader and jupytext take a second to import

    read = course.read()
    chapter = read.chapter(args.chapter)
    done = release(read, chapter, args.db)
    due = f"due {done.due:%Y-%m-%d %H:%M} UTC" if done.due else "no due date"
    print(f"{chapter.name}: {done.points:g} points in {done.cells} cells, {due}, in {done.gradebook}")
    if done.submissions:
        print(f"The gradebook has {done.submissions} submissions of it already; they are as they were.")
    print(f"Give out {done.path.relative_to(read.root).as_posix()}: learners write in it and hand it in.")
    return 0
