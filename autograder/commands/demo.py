"""`ngram2bert demo`: an example class, graded in front of a newcomer's eyes by the commands that a teacher uses."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from autograder import cli, sandbox
from autograder import course as courses
from autograder.demo import LEARNERS, Class, lay_out
from autograder.demo_class import SHARES
from autograder.errors import UserError

HELP = "grade an example class of 30 and show what a teacher gets"
EXAMPLE = "ngram2bert demo 01-ngrams"
WORDS = {
    "right": "right",
    "one mistake": "with one known mistake",
    "several mistakes": "with several",
    "unlisted": "with an error that has no name",
    "half done": "half done",
    "blank": "blank",
    "broken": "broken",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", nargs="?", default="01", help="a chapter's name or number (01)")
    parser.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="where the class is made (demo-class/ beside course.toml)"
    )
    parser.add_argument("--learners", type=int, default=LEARNERS, metavar="N", help=f"how many ({LEARNERS})")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="as `grade` has it")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when every step was."""
    started, read = time.perf_counter(), courses.read()
    chapter, folder = read.chapter(args.chapter), (args.folder or read.root / "demo-class").resolve()
    safe = sandbox.strength() == "sandboxed"
    made = lay_out(read, chapter, folder, args.learners, hostile=safe)
    _say(f"An example class of {args.learners}, made for this: {_who(made)}.")
    for enemy in made.enemies:
        _say(f"  {enemy.learner}, in {enemy.exercise}: {enemy.attack.tries[0].lower()}{enemy.attack.tries[1:]}")
    if not safe:
        _say("This machine has no whole sandbox (`ngram2bert doctor`), so nobody attacks here.")
    grade = ["grade", chapter.name, "--jobs", str(args.jobs), *(["--unsandboxed"] if not safe else [])]
    with _inside(folder):
        _step(1, "Everybody gets a score and a reason; the gradebook is nbgrader's.", grade)
        _step(2, "A page of feedback each.", ["feedback", chapter.name])
        _step(3, "What to teach again.", ["report", chapter.name])
        _step(
            4, "Who wrote the same. (This class was made from the published solutions.)", ["similar", chapter.name], 1
        )
    _say("\n" + _where(made))
    _say(
        f"\nAll of it took {time.perf_counter() - started:.0f} s. Your own submissions and gradebook were not touched."
    )
    return 0


def _who(made: Class) -> str:
    said = [f"{made.kinds[kind]} {WORDS[kind]}" for kind in SHARES if made.kinds[kind]]
    return ", ".join([*said, *([f"{len(made.enemies)} hostile"] if made.enemies else [])])


def _step(number: int, what: str, words: list[str], last: int = 0) -> None:
    """Run a command as the command line does, after saying which. last: show only so many lines, where given."""
    _say(f"\n{number}. {what}\n$ ngram2bert {' '.join(words)}")
    said = io.StringIO()
    with contextlib.redirect_stdout(said) if last else contextlib.nullcontext():
        status = cli.dispatch(words)
    for line in said.getvalue().splitlines()[-last:]:
        _say(line)
    if status:
        raise UserError(f"the demo stops: `ngram2bert {words[0]}` ended with an error")


def _where(made: Class) -> str:
    """Where everything is."""
    name, root = made.chapter, _shown(made.root)
    one = next((pupil for pupil in made.pupils if pupil.kind == "one mistake"), made.pupils[0])
    wrong = [f"{exercise}: {answer}" for exercise, answer in one.answers.items() if answer != "right"]
    lines = [
        "Where to look:",
        f"  class report     {root}/report-{name}.html",
        f"  a feedback page  {root}/feedback/{one.learner}/{name}/{name}.html{f' ({wrong[0]})' if wrong else ''}",
        f"  similarity       {root}/similar-{name}.html",
        f"  gradebook        {root}/gradebook.db",
        f"  formgrader       cd {root} && jupyter lab   then Nbgrader, Formgrader in the menu; reflections wait there",
    ]
    return "\n".join(lines)


def _shown(path: Path) -> str:
    """A path as one would type it here."""
    with contextlib.suppress(ValueError):
        return path.relative_to(Path.cwd()).as_posix()
    return path.as_posix()


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """With the course in a folder as the working one."""
    before = Path.cwd()
    os.chdir(folder)
    courses.forget()
    try:
        yield
    finally:
        os.chdir(before)
        courses.forget()


def _say(line: str) -> None:
    print(line, flush=True)
    sys.stderr.flush()
