"""`ngram2bert export`: the gradebook's scores for another program."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from autograder import course
from autograder.errors import UserError
from autograder.teaching import canvas, files, moodle, table
from autograder.teaching.roster import listed
from autograder.teaching.scores import Score, points, scores

HELP = "write a chapter's scores for a spreadsheet, Canvas or Moodle"
EXAMPLE = "ngram2bert export 01-ngrams --canvas scores.csv --roster from-canvas.csv"
WHO = ["learner", "last_name", "first_name", "email"]
WHAT = ["submitted", "raw_score", "late_penalty", "score", "max_score", "to_be_graded", "feedback"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", help="a chapter's name or number")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--csv", metavar="FILE", help="for a spreadsheet; - is standard output, here and below")
    form.add_argument("--canvas", metavar="FILE", help="for Canvas: Grades, Import")
    form.add_argument("--moodle", metavar="FILE", help="for Moodle: the grading worksheet, or Grades, Import, CSV file")
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="what Canvas exported, or Moodle's grading worksheet: learners are then found by its ids",
    )
    parser.add_argument("--assignment", default="", metavar="NAME", help="its name in Canvas, as in 'n-grams (1234)'")
    parser.add_argument("--grade-column", default="Grade", metavar="NAME", help="in a worksheet not in English")
    parser.add_argument("--feedback-column", default="Feedback comments", metavar="NAME", help="likewise")
    parser.add_argument("--scale", action="store_true", help="scale the points to the maximum that the roster names")
    parser.add_argument(
        "--missing-zero", action="store_true", help="0 for who handed nothing in; else they are left out"
    )
    parser.add_argument("--db", metavar="URL", help="the gradebook (gradebook.db beside course.toml)")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when the file is written; what a teacher should know goes to standard error."""
    read = course.read()
    chapter = read.chapter(args.chapter)
    if args.roster and args.csv:
        raise UserError("--roster goes with --canvas or --moodle; --csv needs none")
    found = scores(read, chapter.name, args.db)
    if not found:
        raise UserError(f"the gradebook knows no learner; `ngram2bert grade {chapter.name}` puts them there")
    if args.missing_zero:
        found = [replace(s, submitted=True) for s in found]
    said: list[str] = []
    if args.canvas and args.roster:
        data, said = canvas.merged(args.roster, found, chapter, args.assignment, found[0].possible, scale=args.scale)
    elif args.canvas:
        data = canvas.plain(found, args.assignment or chapter.title, found[0].possible)
    elif args.moodle and args.roster:
        data, said = moodle.merged(
            args.roster, found, grade=args.grade_column, feedback=args.feedback_column, scale=args.scale
        )
    elif args.moodle:
        data = moodle.plain(found, chapter)
    else:
        data = spreadsheet(found)
    target = args.csv or args.canvas or args.moodle
    files.write(target, data)
    if waiting := [s.learner for s in found if s.waiting]:
        said.append(f"not final, cells wait to be graded by hand: {listed(waiting)}")
    if odd := [s.learner for s in found if table.guarded(s.learner) != s.learner]:
        said.append(f"ids that a spreadsheet would run as formulas got an apostrophe: {listed(odd)}")
    handed = sum(s.submitted for s in found)
    print(f"{handed} of {len(found)} learners have a score for {chapter.name}.", file=sys.stderr)
    for line in said:
        print(f"Note: {line}.", file=sys.stderr)
    return 0


def spreadsheet(found: list[Score]) -> bytes:
    """Everybody, with all that the gradebook knows; for programs that need a byte order mark to see UTF-8."""
    rows = []
    for s in found:
        when = s.when.isoformat(sep=" ", timespec="seconds") if s.when else ""
        got = [points(s.raw), points(s.penalty), points(s.score)] if s.submitted else ["", "", ""]
        who = [s.learner, s.last_name, s.first_name, s.email]
        rows.append([*who, when, *got, points(s.possible), str(len(s.waiting)), "; ".join(s.feedback)])
    return table.write([*WHO, *WHAT], rows, bom=True)
