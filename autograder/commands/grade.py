"""`ngram2bert grade`: a class, out of process, a score and a reason for everybody."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from pathlib import Path

from tqdm import tqdm

from autograder import course
from autograder.batch import grade_class, submissions
from autograder.errors import UserError
from autograder.grade import Grade
from autograder.launch import CAN_FORK
from autograder.pool import sandbox_description
from autograder.terminal import print_table

HELP = "grade every notebook in submitted/*/ASSIGNMENT"
EXAMPLE = "ngram2bert grade 01-ngrams --jobs 2 --json grades.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("assignment", help="a chapter's name or number")
    parser.add_argument(
        "--submitted", type=Path, metavar="FOLDER", help="where the submissions are (submitted/ beside course.toml)"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="submissions graded at a time (one a core)"
    )
    parser.add_argument(
        "--unsandboxed", action="store_true", help="grade even where this machine has no sandbox at all"
    )
    parser.add_argument("--json", metavar="FILE", help="write the grades to FILE; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when everybody has a score, whatever the score."""
    read = course.read()
    chapter = read.chapter(args.assignment)
    if args.jobs < 1:
        raise UserError(f"--jobs is {args.jobs}, but at least one submission must be graded at a time")
    handed = submissions(args.submitted or read.root / "submitted", chapter.name)
    if not CAN_FORK and not args.unsandboxed:
        raise UserError(f"this machine runs submissions {sandbox_description()}; --unsandboxed grades people you trust")
    print(f"Grading {len(handed)} submissions; {sandbox_description()}.", file=sys.stderr)
    started, lock = time.perf_counter(), threading.Lock()
    with tqdm(total=len(handed), unit="submission", leave=False) as bar:

        def done(_: Grade) -> None:
            with lock:
                bar.update()

        grades = grade_class(read, chapter, handed, jobs=args.jobs, done=done)
    seconds = time.perf_counter() - started
    if args.json:
        data = json.dumps(
            {"assignment": chapter.name, "seconds": round(seconds, 3), "grades": [g.as_data() for g in grades]},
            indent=1,
        )
        if args.json == "-":
            print(data)
            return 0
        try:
            Path(args.json).write_text(data + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(f"the grades cannot be written to {args.json}: {error.strerror}") from error
    print_table(["learner", "points", "why"], [[g.learner, f"{g.points:g}/{g.possible:g}", g.reason] for g in grades])
    for grade in grades:
        for remark in grade.remarks:
            print(f"{grade.learner}: {' '.join(remark.split())}")
    print(
        f"{len(grades)} submissions in {seconds:.1f} s, {1000 * seconds / len(grades):.0f} ms each; "
        f"{sandbox_description()}"
    )
    return 0
