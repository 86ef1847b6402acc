"""`ngram2bert report`: what the class made of a chapter, as a page: what to teach again, named mistakes, points."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder import course
from autograder.errors import UserError
from autograder.teaching import files, report_page
from autograder.teaching.class_report import from_journal, from_json, summarise
from autograder.teaching.page import count

HELP = "report what a class made of a chapter: what to teach again"
EXAMPLE = "ngram2bert report 01-ngrams -o class.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", help="a chapter's name or number")
    parser.add_argument("-o", "--output", metavar="FILE", help="the page (report-CHAPTER.html)")
    parser.add_argument(
        "--grades", type=Path, metavar="FILE", help="what `grade --json` wrote, in place of the last grading here"
    )
    parser.add_argument("--anonymous", action="store_true", help="counts without names, to be shown to the class")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when the page is written."""
    read = course.read()
    chapter = read.chapter(args.chapter)
    grades = from_json(args.grades, chapter) if args.grades else from_journal(read, chapter)
    if not grades:
        raise UserError(f"no submission of {chapter.name} has been graded; `ngram2bert grade {chapter.name}` does it")
    found = summarise(grades, chapter.exercises)
    target = args.output or f"report-{chapter.name}.html"
    files.write(target, report_page.lay_out(chapter, found, anonymous=args.anonymous))
    if target != "-":
        for standing in found.again():
            worst = next(iter(standing.mistakes.items()), None)
            why = f"; {count(len(worst[1]), 'learner')}: {worst[0]}" if worst else ""
            missed = standing.begun - len(standing.right)
            print(f"Teach again: {standing.name}, {missed} of {standing.begun} did not get it whole{why}")
        print(f"{count(len(grades), 'submission')}; see {target}")
    return 0
