"""The journal of a class: each grade is written down as soon as it is known, so that a run that was stopped goes on.

One SQLite file a chapter, `.grading/CHAPTER.sqlite`, in write-ahead mode: a grade is there whole or not at all,
whatever ends the process. A grade is found again by what it depends on: the learner, the notebook's bytes, the seed,
and the version of exercises and engine. `current` says which grade counts for each learner of the last run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch

import ngram2bert
from autograder import own
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.marks import Grade

FOLDER = ".grading"
WAIT_SECONDS = 30.0  # for another program's write
SCHEMA = """
create table if not exists grade (key text primary key, version text not null, learner text not null,
                                  at real not null, data text not null);
create table if not exists current (learner text primary key, key text not null);
"""


def version(chapter: Chapter, released: Mapping[str, Any] | None = None) -> str:
    """A hash of what a grade depends on beside the submission: engine, library, declarations, points, given cells."""
    digest = hashlib.sha256(f"{torch.__version__} {sys.version_info[:2]} {chapter!r}".encode())
    digest.update(json.dumps(released, sort_keys=True).encode())
    chapter.exercises  # noqa: B018  imports the declarations
    declared = own.folder(chapter.module)
    engine, library = Path(__file__).parent, Path(str(ngram2bert.__file__)).parent
    for folder, pattern in (
        *((engine, "*.py"), (engine / "probes", "*.py"), (engine / "sandbox", "*.py")),
        *((library, "**/*.py"), (declared, "*.py")),
    ):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Journal:
    """The journal of one chapter. A context manager; one connection, for the process that grades."""

    def __init__(self, course: Course, chapter: Chapter, released: Mapping[str, Any] | None = None):
        self.path, self.version = place(course, chapter), version(chapter, released)
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UserError(f"the folder {self.path.parent} cannot be made: {error.strerror}") from error
        with self._telling():
            self._base = _open(self.path)

    def begin(self, learners: Iterable[str]) -> None:
        """A run of these learners starts: only they are `current`, and what no one can need any more is dropped."""
        with self._telling(), self._base:
            self._base.execute("create temp table handed (learner text primary key)")
            self._base.executemany("insert into handed values (?)", ((learner,) for learner in learners))
            self._base.execute("delete from current where learner not in (select learner from handed)")
            self._base.execute("drop table handed")
            self._base.execute(
                "delete from grade where version != ? and key not in (select key from current)", (self.version,)
            )

    def find(self, learner: str, notebook_sha: str, seed: int) -> Grade | None:
        """The grade of just this notebook under this seed and version, if it was given; it counts from now on."""
        key = self._key(learner, notebook_sha, seed)
        with self._telling(), self._base:
            row = self._base.execute("select data from grade where key = ?", (key,)).fetchone()
            if row is not None:
                self._base.execute("insert or replace into current values (?, ?)", (learner, key))
        return None if row is None else Grade.from_data(json.loads(row[0]))

    def add(self, grade: Grade, seed: int) -> None:
        """Write a grade down. When this returns, no kill takes it away."""
        sha = f"incident {time.time_ns()}" if grade.incident else grade.notebook_sha  # nobody will ask for that one
        key, data = self._key(grade.learner, sha, seed), json.dumps(grade.as_data())
        with self._telling(), self._base:
            self._base.execute(
                "insert or replace into grade values (?, ?, ?, ?, ?)",
                (key, self.version, grade.learner, time.time(), data),
            )
            self._base.execute("insert or replace into current values (?, ?)", (grade.learner, key))

    def close(self) -> None:
        """Close the file; its write-ahead part is folded in."""
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _key(self, learner: str, notebook_sha: str, seed: int) -> str:
        return hashlib.sha256("\x1f".join((learner, notebook_sha, str(seed), self.version)).encode()).hexdigest()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """SQLite's errors as one line."""
        try:
            yield
        except sqlite3.Error as error:
            raise UserError(f"{explain(error, self.path)}; what was graded so far is kept") from error


def place(course: Course, chapter: Chapter) -> Path:
    """Where a chapter's journal is."""
    return course.root / FOLDER / f"{chapter.name}.sqlite"


def latest(course: Course, chapter: Chapter) -> list[Grade]:
    """Every learner's grade of the last run, by name. Raises UserError where nothing was graded yet."""
    path = place(course, chapter)
    if not path.is_file():
        raise UserError(f"nothing of {chapter.name} has been graded here; first run: ngram2bert grade {chapter.name}")
    try:
        base = _open(path)
        try:
            rows = base.execute("select data from current join grade using (key) order by current.learner").fetchall()
        finally:
            base.close()
    except sqlite3.Error as error:
        raise UserError(explain(error, path)) from error
    return [Grade.from_data(json.loads(data)) for (data,) in rows]


def explain(error: sqlite3.Error, path: Path) -> str:
    """One line: what is wrong with the journal, and what to do."""
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return f"the disk that holds {path} is full ({text}); free some space, then run the same command again"
    if "not a database" in text or "malformed" in text:
        return f"the journal {path} is damaged ({text}); delete it, and all is graded anew"
    if "locked" in text:
        return f"another program holds the journal {path} ({text}); let it end, then run the same command again"
    return f"the journal {path} cannot be used ({text})"


def _open(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=WAIT_SECONDS)
    base.execute("pragma journal_mode = wal")
    base.execute("pragma synchronous = normal")  # safe against a kill; a power cut may cost the last grades, no more
    base.executescript(SCHEMA)
    if os.name != "nt":
        path.chmod(0o600)
    return base
