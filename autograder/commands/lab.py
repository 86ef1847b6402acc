"""`ngram2bert lab`: from a fresh install to a notebook that is open."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from autograder import jupyter, workspace
from autograder.errors import UserError

HELP = "fetch the corpora, copy the chapters to work/ and open JupyterLab on one"
EXAMPLE = "ngram2bert lab 01 --no-browser"
ROOT = Path(__file__).resolve().parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "chapter", nargs="?", help="a chapter's name or number; the one that course.toml opens without it"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--port", type=int, metavar="N", help="the port to serve on (the first free one from 8888)")
    parser.add_argument(
        "--ip", metavar="ADDRESS", help="the address to serve on (localhost); 0.0.0.0 inside a container"
    )
    parser.add_argument("--copy-only", action="store_true", help="copy the chapter and stop there, for another editor")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when JupyterLab ended in peace, or the chapter was copied."""
    if not (ROOT / "course.toml").is_file():
        raise UserError(f"{ROOT} is not the folder of the course; install it in place with `make lab`")
    chapter = workspace.choose(ROOT, args.chapter)
    folder, copied, kept = workspace.bring(ROOT, chapter)
    if args.chapter is None:  # the others stand beside it, a click away
        workspace.bring_others(ROOT, chapter)
    if subprocess.call([sys.executable, "-m", "ngram2bert.corpora"]):
        raise UserError("a corpus is missing, see above; mend that and run this again")
    shown = folder.relative_to(ROOT).as_posix()
    if kept:
        print(f"{shown} is there already and stays as it is{f'; new files in it: {copied}' if copied else ''}.")
    else:
        print(f"Copied the chapter to {shown}.")
    if args.copy_only:
        return 0
    notebook = min(folder.glob("*.ipynb"), default=None)
    if notebook is None:
        raise UserError(f"{shown} holds no notebook; move what is there away and run this again")
    return jupyter.serve(ROOT / "work", notebook, browser=not args.no_browser, port=args.port, ip=args.ip)
