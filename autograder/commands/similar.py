"""`ngram2bert similar`: which answers of a class are alike, as a page to look through."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from autograder import course
from autograder.batch import submissions
from autograder.errors import UserError
from autograder.teaching import answers, files, similar_page
from autograder.teaching.likeness import compare
from autograder.teaching.page import count
from autograder.terminal import print_table

HELP = "report which answers of a class are alike, or a published solution"
EXAMPLE = "ngram2bert similar 01-ngrams -o similar.html"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", help="a chapter's name or number")
    parser.add_argument("-o", "--output", metavar="FILE", help="the page (similar-CHAPTER.html)")
    parser.add_argument(
        "--submitted", type=Path, metavar="FOLDER", help="where the submissions are (submitted/ beside course.toml)"
    )
    parser.add_argument("--most", type=int, default=50, metavar="N", help="pairs shown side by side (50)")


def run(args: argparse.Namespace) -> int:
    """Exit status 0, whatever is found: likeness is no proof."""
    read = course.read()
    chapter = read.chapter(args.chapter)
    if args.most < 1:
        raise UserError(f"--most is {args.most}, but at least one pair must be shown")
    handed = submissions(args.submitted or read.root / "submitted", chapter.name)
    with tqdm(total=len(handed), unit="submission", leave=False) as bar:
        written, unread = answers.read(chapter, handed, bar.update)
    found = compare(written, chapter.exercises, answers.stubs(read, chapter))
    target = args.output or f"similar-{chapter.name}.html"
    files.write(target, similar_page.lay_out(chapter.title, found, len(written), unread, args.most))
    if target != "-":
        rows = [
            [
                f"{pair.one} and {pair.two}",
                str(len(pair.alike)),
                ", ".join(f"{a.exercise}: {a.how}" for a in pair.alike),
            ]
            for pair in found.pairs[:SHOWN]
        ]
        if rows:
            print_table(["pair", "exercises", "how"], rows)
        for who, alike in list(found.copies.items())[:SHOWN]:
            print(f"{who}: a published solution in {', '.join(a.exercise for a in alike)}")
        print(f"{count(len(found.pairs), 'pair')} of {count(len(written), 'submission')} alike; see {target}")
    return 0
