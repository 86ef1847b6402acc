"""A course folder for a bench: one chapter, a class that handed it in, and a gradebook that knows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Chapter, Course
from autograder.demo_class import Pupil, hand_in
from autograder.errors import UserError
from autograder.gradebook.known import known
from autograder.gradebook.settings import opened, settings, url
from autograder.gradebook.source import source

# nbgrader as it comes, its Execute with it, but for patience: on a busy machine it would cut cells off after 30 s
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "bench"
c.Execute.timeout = 1800
c.Execute.startup_timeout = 300
c.Execute.iopub_timeout = 120
"""
SECRET = "a bench"


@dataclass(frozen=True)
class Folder:
    """A course in a folder of its own, with the class in `submitted`."""

    course: Course
    chapter: Chapter

    def nbgrader(self) -> None:
        """`nbgrader autograde`, to the end."""
        self._run("-m", "nbgrader", "autograde", self.chapter.name)

    def ours(self) -> None:
        """`ngram2bert grade`, to the end."""
        self._run(*self.command)

    @property
    def command(self) -> list[str]:
        """What Python is told for `ngram2bert grade`."""
        return ["-m", "autograder.cli", "grade", self.chapter.name, "--unsandboxed"]

    def environment(self) -> dict[str, str]:
        """The programs beside this Python first on PATH; a secret, so that each run draws the same cases."""
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
        modules = os.pathsep.join(filter(None, sys.path))
        return os.environ | {"PATH": path, "PYTHONPATH": modules, "NGRAM2BERT_SECRET": SECRET}

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.course.root,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        graded = list((self.course.root / "autograded").glob(f"*/{self.chapter.name}/*.ipynb"))
        handed = list((self.course.root / "submitted").iterdir())
        if done.returncode or len(graded) != len(handed):
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise UserError(f"{' '.join(arguments)} graded {len(graded)} of {len(handed)}: {last}")


def make(root: Path, course: Course, chapter: Chapter, class_: Iterable[Pupil], *, stock: bool = False) -> Folder:
    """Lay a course out. stock: nbgrader's own settings; else those of the course."""
    root.mkdir(parents=True)
    released = Path("notebooks") / chapter.name
    shutil.copytree(course.root / released, root / released)
    shutil.copy(course.root / "course.toml", root)
    config = root / "nbgrader_config.py"
    if stock:
        config.write_text(STOCK, encoding="utf-8")
    else:
        shutil.copy(course.root / config.name, config)
    for pupil in class_:
        hand_in(root / "submitted", chapter, pupil)
    made = Folder(replace(course, root=root), chapter)
    address = url(settings(root))
    with opened(address, "bench") as gradebook:
        known(gradebook, address, made.course, chapter, source(made.course, chapter))
    return made


def without_experiments(pupil: Pupil) -> Pupil:
    """The same notebook; its experiments (training, plots, corpora) are empty cells."""
    notebook = json.loads(pupil.notebook or "")
    for cell in notebook["cells"]:
        if "experiment" in cell["metadata"].get("tags", ()):
            cell["source"] = ""
    return replace(pupil, notebook=json.dumps(notebook))
