"""`ngram2bert mistakes`: the table of mistakes that the checks know, and what each learner is told."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder import course, own
from autograder.course import Chapter, Course
from autograder.errors import UserError

HELP = "list the mistakes that the checks know and what learners are told"
EXAMPLE = "ngram2bert mistakes 01"
PAGE = Path("docs") / "mistakes.md"
HEAD = """# The mistakes that the checks know

This page is made from the declarations by `ngram2bert mistakes --write`, which `make notebooks` runs; a test holds it
fresh. A wrong answer that behaves like one of these gets its name in the class report, and its learner the text beside
it. What behaves like none of them is wrong all the same; the card then shows the smallest failing case alone.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", nargs="?", help="a chapter's name or number; all chapters without it")
    own.add_argument(parser)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.as_posix()}, of all chapters")
    parser.add_argument("--check", action="store_true", help=f"exit status 1 where {PAGE.as_posix()} is stale")


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 1 where --check finds another page."""
    read = course.read()
    if args.write or args.check:
        if args.chapter or args.exercises:
            raise UserError(f"{PAGE.as_posix()} holds all chapters of the course; leave chapter and --exercises out")
        path, text = read.root / PAGE, page(read)
        fresh = path.is_file() and path.read_text(encoding="utf-8") == text
        if args.write and not fresh:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{PAGE.as_posix()} is {'up to date' if fresh else 'written' if args.write else 'stale'}")
        return int(args.check and not args.write and not fresh)
    if args.exercises:
        read = own.course(read, args.exercises, read.chapter(args.chapter).name if args.chapter else "")
    elif args.chapter:
        print(section(read.chapter(args.chapter)))
        return 0
    print("\n".join(section(chapter) for chapter in read.chapters))
    return 0


def page(read: Course) -> str:
    """The whole page, as Markdown."""
    return "\n".join([HEAD, *(section(chapter) for chapter in read.chapters if chapter.exercises)])


def section(chapter: Chapter) -> str:
    """One chapter: a table, a row a mistake."""
    exercises = chapter.exercises
    mistakes = [(name, mistake) for name, exercise in exercises.items() for mistake in exercise.mistakes]
    many = f"{len(exercises)} exercise{'s' * (len(exercises) != 1)}, {len(mistakes)} mistakes."
    rows = [
        f"| {name if mistake is exercises[name].mistakes[0] else ''} | {_cell(mistake.name)} | {_cell(mistake.told)} |"
        for name, mistake in mistakes
    ]
    head = ["| exercise | mistake | what the learner is told |", "| --- | --- | --- |"]
    return "\n".join([f"## {chapter.name}: {chapter.title}", "", many, "", *head, *rows, ""])


def _cell(text: str) -> str:
    """Text in a cell of a table: on one line, its bars escaped, also those in code."""
    return " ".join(text.split()).replace("|", "\\|")
