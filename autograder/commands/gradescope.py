"""`ngram2bert gradescope`: a chapter as an autograder for Gradescope."""

from __future__ import annotations

import argparse

from autograder import course
from autograder.teaching import files
from autograder.teaching.gradescope import VISIBILITIES, bundle

HELP = "make the zip that Gradescope grades a chapter with"
EXAMPLE = "ngram2bert gradescope 01-ngrams -o gradescope-01-ngrams.zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", help="a chapter's name or number")
    parser.add_argument("-o", "--output", metavar="FILE", help="the zip (gradescope-CHAPTER.zip)")
    parser.add_argument(
        "--visibility", choices=VISIBILITIES, default="visible", help="when learners see the results (visible: at once)"
    )
    parser.add_argument(
        "--unsandboxed", action="store_true", help="grade even where Gradescope's container offers no sandbox"
    )
    parser.add_argument(
        "--index", default="", metavar="URL", help="a package index beside pip's own, such as one with torch for CPUs"
    )


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when the zip is written."""
    read = course.read()
    chapter = read.chapter(args.chapter)
    data = bundle(read, chapter, visibility=args.visibility, unsandboxed=args.unsandboxed, index=args.index)
    target = args.output or f"gradescope-{chapter.name}.zip"
    files.write(target, data)
    if target != "-":
        points = sum(chapter.possible(name) for name in chapter.exercises)
        print(f"{target} ({len(data) // 1000} kB): {len(chapter.exercises)} exercises, {points:g} points.")
        print(
            "In Gradescope: Programming Assignment, Configure Autograder, upload it, then test it with your own copy."
        )
    return 0
