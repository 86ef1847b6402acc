"""What runs in Gradescope's container: grade what was handed in, write results.json, whatever happens.

The seed is a hash of the answers: the same answers get the same cases, and cases that are written into an answer change
the seed, so nothing has to be kept secret in a container that learners may explore.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from autograder import course, notebook
from autograder.course import Chapter
from autograder.errors import UserError
from autograder.grade import grade, released_notebook
from autograder.marks import Grade, Mark
from autograder.pool import Zygote
from autograder.sandbox import description, strength

LIMIT = 20_000  # letters of one output; what is longer is cut


def main(root: Path) -> int:
    """Grade root/submission into root/results/results.json, with the settings of root/source. Exit status 0."""
    started = time.perf_counter()
    settings = json.loads((root / "source" / "gradescope.json").read_text(encoding="utf-8"))
    try:
        results = graded(root, settings)
    except UserError as error:
        results = failed(f"This could not be graded: {error}.")
    except Exception:
        traceback.print_exc()  # standard output and error are the teacher's alone
        results = failed("The grader itself failed. This is no fault of yours; tell your teacher.")
    results |= {"execution_time": round(time.perf_counter() - started, 1), "stdout_visibility": "hidden"}
    if "tests" in results:
        results["visibility"] = settings["visibility"]
    place = root / "results"
    place.mkdir(exist_ok=True)
    (place / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def graded(root: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """results.json of a submission. Raises UserError where nothing can be graded."""
    read = course.read(root / "source" / "course")
    chapter = read.chapter(settings["chapter"])
    print(f"{chapter.name}; this container is {description()}")
    if strength() != "sandboxed" and not settings["unsandboxed"]:
        print(f"Refused: {strength()}. `ngram2bert gradescope --unsandboxed` makes a zip that grades all the same.")
        raise UserError(
            "this container cannot hold a submission back; tell your teacher to look at the grader's output"
        )
    torch.set_num_threads(1)
    path = handed_in(root / "submission", chapter)
    released = released_notebook(read, chapter)
    chapter.exercises  # noqa: B018  the references are loaded here, never in the zygote
    with Zygote(uses=chapter.uses) as zygote:
        earned = grade(path, chapter, zygote, seed_of(path, chapter), released=released)
    print(f"{path.name}: {earned.points:g} of {earned.possible:g} points; {earned.reason}")
    if earned.problem:
        raise UserError(earned.problem)
    return report(earned)


def handed_in(folder: Path, chapter: Chapter) -> Path:
    """The notebook to grade: the one of the chapter's name, else the only one. Links out of the folder are not read."""
    inside = folder.resolve()
    found = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if path.is_file() and inside in path.resolve().parents and ".ipynb_checkpoints" not in path.parts
    ]
    named = [path for path in found if path.name == f"{chapter.name}.ipynb"] or found
    if len(named) == 1:
        return named[0]
    names = ", ".join(path.name for path in named[:5])
    what = f"{len(named)} notebooks ({names})" if named else "no notebook"
    raise UserError(f"there is {what} in what was handed in; hand in {chapter.name}.ipynb")


def seed_of(path: Path, chapter: Chapter) -> int:
    """A 31-bit seed from the answers' text; running the notebook again or changing its prose does not change it."""
    targets = {name: exercise.target for name, exercise in chapter.exercises.items()}
    try:
        cells = notebook.submission(notebook.read(path), chapter.exercises, None, targets).cells
    except UserError:
        return 0  # `grade` says what is wrong with the file
    text = "\x1f".join([chapter.name, *(cell.source for cell in cells)])
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big") >> 1


def report(earned: Grade) -> dict[str, Any]:
    """A grade in Gradescope's schema: a test a part of each exercise, the card at the first part that was missed."""
    tests = []
    for number, (name, mark) in enumerate(earned.marks.items(), 1):
        card = mark.text or mark.reason
        parts = mark.parts or {"all": (mark.points, mark.possible)}
        for step, (part, (points, possible)) in enumerate(parts.items(), 1):
            passed = points >= possible
            tests.append(
                {
                    "name": name if part == "all" else f"{name}: {part}",
                    "number": f"{number}.{step}",
                    "score": points,
                    "max_score": possible,
                    "status": "passed" if passed else "failed",
                    "output": "" if passed else (card or "See the part before.")[:LIMIT],
                    "output_format": "text",
                    "tags": [name, status(mark)],
                }
            )
            card = card if passed else ""
    lines = [f"{earned.points:g} of {earned.possible:g} points.", *(f"Note: {line}." for line in earned.remarks)]
    return {"output": "\n".join(lines)[:LIMIT], "output_format": "text", "tests": tests}


def status(mark: Mark) -> str:
    """In a word, as Gradescope's tag."""
    return mark.status.replace(" ", "-")


def failed(why: str) -> dict[str, Any]:
    """results.json where there is nothing to report but why. Visible at once: a learner can hand in again."""
    return {"score": 0.0, "output": why, "output_format": "text"}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "/autograder")))
