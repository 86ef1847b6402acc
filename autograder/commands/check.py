"""`ngram2bert check`: one notebook, graded as its cards would, in the terminal."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from autograder import course, notebook, own
from autograder.grade import check_notebook, mark
from autograder.terminal import print_table

HELP = "grade one notebook as its cards would"
EXAMPLE = "ngram2bert check work/01-ngrams/01-ngrams.ipynb"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("path", type=Path, help="the notebook")
    own.add_argument(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when every exercise is right, else 1."""
    read = course.read()
    if args.exercises:
        ours = notebook.read(args.path).get("metadata", {}).get("ngram2bert", {})
        read = own.course(read, args.exercises, str(ours.get("chapter", "")))
    chapter, reports, remarks = check_notebook(args.path, read)
    marks = {name: mark(report, chapter.possible(name)) for name, report in reports.items()}
    points, possible = sum(m.points for m in marks.values()), sum(m.possible for m in marks.values())
    if args.json:
        print(
            json.dumps(
                {
                    "chapter": chapter.name,
                    "points": points,
                    "possible": possible,
                    "remarks": remarks,
                    "exercises": {name: vars(m) for name, m in marks.items()},
                },
                indent=1,
            )
        )
    else:
        print_table(
            ["exercise", "points", "status", "why"],
            [[name, f"{m.points:g}/{m.possible:g}", m.status, m.reason] for name, m in marks.items()],
        )
        for name, m in marks.items():
            if m.told:
                print(f"\n{name}: {m.told}")
        for remark in remarks:
            print(f"\nNote: {remark}.")
        print(f"\n{chapter.name}: {points:g} of {possible:g} points")
    return int(points < possible)
