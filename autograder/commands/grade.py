"""`ngram2bert grade`: a class, out of process, a score and a reason for everybody."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tqdm import tqdm

from autograder import course, own, sandbox
from autograder.batch import grade_class, submissions
from autograder.cluster.run import Cluster
from autograder.errors import UserError
from autograder.grade import Grade, released_notebook
from autograder.gradebook import command as gradebook
from autograder.journal import Journal
from autograder.pool import sandbox_description
from autograder.terminal import print_table

HELP = "grade every notebook in submitted/*/ASSIGNMENT"
EXAMPLE = "ngram2bert grade 01-ngrams --jobs 2 --json grades.json"
GOES_ON = "and the same command goes on from there"


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
        "--cluster", metavar="ADDRESS", help="grade on the workers of a Dask scheduler, tcp://HOST:8786, not here"
    )
    parser.add_argument(
        "--unsandboxed", action="store_true", help="grade people you trust where this machine's sandbox has holes"
    )
    parser.add_argument("--json", metavar="FILE", help="write the grades to FILE; - for standard output")
    parser.add_argument(
        "--again", action="store_true", help="grade everybody anew, also who was graded with the same notebook before"
    )
    own.add_argument(parser)
    gradebook.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when everybody has a score, whatever the score; 1 when some are not in the gradebook yet."""
    read = course.read()
    chapter = own.chapter(read.chapter(args.assignment), args.exercises)
    if args.jobs < 1:
        raise UserError(f"--jobs is {args.jobs}, but at least one submission must be graded at a time")
    handed = submissions(args.submitted or read.root / "submitted", chapter.name)
    if not args.cluster and sandbox.strength() != "sandboxed" and not args.unsandboxed:
        raise UserError(
            f"this machine would run submissions {sandbox_description()}. `ngram2bert doctor` says how to mend it; "
            "--unsandboxed grades people you trust"
        )
    cluster = Cluster(args.cluster, args.unsandboxed, _say) if args.cluster else None
    where = f"on the cluster {args.cluster}" if args.cluster else sandbox_description()
    print(f"Grading {len(handed)} submissions; {where}.", file=sys.stderr)
    started, of = time.perf_counter(), {hand.learner: hand for hand in handed}
    with (
        Journal(read, chapter, released_notebook(read, chapter)) as journal,
        gradebook.writing(args, read, chapter) as writer,
        tqdm(total=len(handed), unit="submission", leave=False, smoothing=0.05) as bar,
    ):

        def done(grade: Grade) -> None:
            if writer is not None:
                writer.add(of[grade.learner], grade)
            bar.update()

        try:
            grades = grade_class(
                read,
                chapter,
                handed,
                jobs=args.jobs,
                done=done,
                journal=journal,
                again=args.again,
                cards=False,
                by=cluster.work if cluster else None,
            )
        except KeyboardInterrupt:
            bar.close()
            print(f"\nngram2bert: stopped; {bar.n} of {len(handed)} are graded and kept, {GOES_ON}", file=sys.stderr)
            return 130
    seconds = time.perf_counter() - started
    status = gradebook.tell(writer)
    if args.json:
        data = json.dumps(
            {"assignment": chapter.name, "seconds": round(seconds, 3), "grades": [g.as_data() for g in grades]},
            indent=1,
        )
        if args.json == "-":
            print(data)
            return status
        try:
            Path(args.json).write_text(data + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(f"the grades cannot be written to {args.json}: {error.strerror}") from error
    print_table(["learner", "points", "why"], [[g.learner, f"{g.points:g}/{g.possible:g}", g.reason] for g in grades])
    for grade in grades:
        for remark in grade.remarks:
            print(f"{grade.learner}: {' '.join(remark.split())}")
    print(f"{len(grades)} submissions in {seconds:.1f} s, {1000 * seconds / len(grades):.0f} ms each; {where}")
    return status


def _say(line: str) -> None:
    """Above the bar."""
    tqdm.write(line, file=sys.stderr)
