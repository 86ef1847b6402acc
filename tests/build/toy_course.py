"""The toy course as the tests see it: its paths, its build, its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder import course as courses
from autograder.build.chapter import Built, build

TOY = Path(__file__).parent / "toy"
ROOT = Path(__file__).resolve().parents[2]
NAME = "01-toy"


@dataclass
class Toy:
    """A toy course on disk; `first` is what its first build said."""

    root: Path
    first: Built = field(default_factory=Built)

    @property
    def course(self) -> courses.Course:
        """As course.toml says it now."""
        courses.forget()
        return courses.read(self.root)

    @property
    def chapter(self) -> courses.Chapter:
        """Its only chapter."""
        return self.course.chapters[0]

    @property
    def master(self) -> Path:
        """The master's path."""
        return self.root / "solutions" / NAME / f"{NAME}.py"

    @property
    def solution(self) -> Path:
        """The executed copy's path."""
        return self.master.with_suffix(".ipynb")

    @property
    def learner(self) -> Path:
        """The learner's copy's path."""
        return self.root / "notebooks" / NAME / f"{NAME}.ipynb"

    def edit(self, old: str, new: str) -> None:
        """Change the master at one place."""
        text = self.master.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.master.write_text(text.replace(old, new), encoding="utf-8")

    def build(self, **options: Any) -> Built:
        """Build its chapter."""
        return build(self.course, self.chapter, **options)

    def bytes(self) -> dict[Path, bytes]:
        """What stands on disk below solutions/, notebooks/ and work/."""
        return {
            path.relative_to(self.root): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()
        }


def cells(path: Path) -> dict[str, NotebookNode]:
    """The cells of a notebook by id."""
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
