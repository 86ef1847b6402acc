"""`ngram2bert feedback`: a page for every learner, from the autograded notebook and the gradebook."""

from __future__ import annotations

import argparse
import sys
import time

from tqdm import tqdm

from autograder import course
from autograder.errors import UserError

HELP = "write a page of feedback for every learner of a graded class"
EXAMPLE = "ngram2bert feedback 01-ngrams --learner ada"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("assignment", help="a chapter's name or number")
    parser.add_argument("--learner", metavar="NAME", help="this learner's page alone")
    parser.add_argument("--db", metavar="URL", help="the gradebook (gradebook.db beside course.toml)")


def run(args: argparse.Namespace) -> int:
    """0: every page is written; 1: some could not be."""
    from autograder.gradebook.settings import clear_errors, opened, settings, url
    from autograder.pages.writing import Pages, graded

    read = course.read()
    chapter = read.chapter(args.assignment)
    learners = [name for name in graded(read, chapter) if args.learner in (None, name)]
    if not learners:
        raise UserError(
            f"there is no autograded/{args.learner or '*'}/{chapter.name}; "
            f"grade it first: ngram2bert grade {chapter.name}"
        )
    config = settings(read.root)
    address, course_id = url(config, args.db), str(config.CourseDirectory.get("course_id", "")) or "default_course"
    started, written, failed = time.perf_counter(), 0, 0
    with clear_errors(address), opened(address, course_id) as gradebook:
        pages = Pages(read, chapter, gradebook)
        for learner in tqdm(learners, unit="page", leave=False, disable=None):
            try:
                written += pages.write(learner)
            except UserError as error:  # the others get theirs all the same
                print(f"{learner}: {error}", file=sys.stderr)
                failed += 1
    seconds = time.perf_counter() - started
    print(
        f"{len(learners) - failed} pages in feedback/*/{chapter.name}, {written} of them new or changed; "
        f"{1000 * seconds / len(learners):.0f} ms each"
    )
    return int(failed > 0)
