"""The ground that is attacked: a course in a folder of its own, with things to steal and listeners to reach."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from autograder import course
from autograder.attacks import notebooks
from autograder.attacks.declared import Attack
from autograder.attacks.listeners import Listeners
from autograder.attacks.notebooks import CHAPTER
from autograder.exercise import Exercise
from autograder.folders import remove
from autograder.judge import PUBLIC_SEED
from autograder.seeds import SECRET_FILE

TOML = f"""
title = "A small course"
[[chapter]]
name = "{CHAPTER}"
title = "Attacked"
exercises = "autograder.attacks.toy"
uses = ["ngram2bert.tables"]
"""
RIGHT, BLANK = "ada", "bob"
HERE = Path(__file__).resolve().parent


class Ground:
    """A course with a right and a blank submission; a context manager, gone afterwards.

    course, chapter  as `grade` reads them
    root, outside    the course's folder, and one beside it that nobody has a right to
    token            a word that names this run, in everything that an attack might leave anywhere
    canaries         words that stand where no submission may read
    """

    def __init__(self) -> None:
        self.token = f"attack{secrets.token_hex(6)}"
        self.base = Path(tempfile.mkdtemp(prefix="ngram2bert-ground-")).resolve()
        self.root, self.outside = self.base / "course", self.base / "outside"
        self.canaries = {name: f"canary-{secrets.token_hex(8)}" for name in ("teacher's file", "notebook", "gradebook")}
        self.secret = secrets.token_hex(32)
        self.canaries["secret"] = self.secret
        self.listeners = Listeners(self.token, self.base)
        try:
            self.listeners.start()
            self.lay_out()
        except BaseException:
            self.close()
            raise

    def lay_out(self) -> None:
        """Make all files, anew where an attack has changed some."""
        for folder in (self.root, self.outside):
            remove(folder)
            folder.mkdir()
        (self.root / "course.toml").write_text(TOML, encoding="utf-8")
        (self.root / SECRET_FILE).write_text(self.secret + "\n", encoding="utf-8")
        (self.outside / "letters.txt").write_text(self.canaries["teacher's file"] + "\n", encoding="utf-8")
        self.course = course.read(self.root)
        self.chapter = self.course.chapter(CHAPTER)
        self.exercises: dict[str, Exercise] = self.chapter.exercises
        with closing(sqlite3.connect(self.root / "gradebook.db")) as book, book:
            book.execute("create table grade (learner text, points real)")
            book.execute("insert into grade values (?, 0)", [self.canaries["gradebook"]])
        blank = {name: notebooks.stub(exercise) for name, exercise in self.exercises.items()}
        self._notebook(self.root / "notebooks", blank)
        solutions = {name: exercise.source for name, exercise in self.exercises.items()}
        self._notebook(self.root / "solutions", solutions)
        mine = {name: f"# {self.canaries['notebook']}\n{source}" for name, source in solutions.items()}
        self._notebook(self.root / "submitted" / RIGHT, mine)
        self._notebook(self.root / "submitted" / BLANK, blank)

    def _notebook(self, folder: Path, answers: Mapping[str, str]) -> None:
        (folder / CHAPTER).mkdir(parents=True)
        text = json.dumps(notebooks.honest(self.exercises, answers))
        (folder / CHAPTER / f"{CHAPTER}.ipynb").write_text(text, encoding="utf-8")

    @property
    def key(self) -> int:
        """A number that names this run, for what has numbers for names."""
        return int(self.token[-7:], 16)

    def texts(self) -> dict[str, str]:
        """What stands for @NAME@ in a declaration."""
        return {
            "COURSE": str(self.root),
            "OUTSIDE": str(self.outside),
            "NEIGHBOUR": str(self.root / "submitted" / RIGHT / CHAPTER / f"{CHAPTER}.ipynb"),
            "REFERENCE": str(HERE / "reference.py"),
            "LIBRARY": str(HERE.parent.parent / "lib" / "ngram2bert" / "ngrams" / "mle.py"),
            "PORT": str(self.listeners.port),
            "SOCKET": str(self.listeners.path),
            "TOKEN": self.token,
            "KEY": str(self.key),
            "TABLE": self.table(),
        }

    def table(self) -> str:
        """Questions and answers of the public cases of `spread`: what a learner can read off the cards."""
        spread = self.exercises["spread"]
        cases = spread.make_cases(PUBLIC_SEED)
        outcomes = spread.run(cases)
        pairs: list[tuple[Any, Any]] = [
            (case.arguments["x"].tolist(), outcome.value["value"].tolist())
            for case, outcome in zip(cases, outcomes, strict=True)
        ]
        return repr(pairs)

    def hand_in(self, attack: Attack) -> list[str]:
        """Put the attacker's folder, and an accomplice's, where a class hands in; the names of the learners."""
        texts = self.texts()
        notebooks.hand_in(self.root / "submitted" / attack.id, attack, self.exercises, texts)
        if not attack.then:
            return [attack.id]
        second = f"{attack.id}-2"
        self._notebook(self.root / "submitted" / second, {})
        path = self.root / "submitted" / second / CHAPTER / f"{CHAPTER}.ipynb"
        answers = {name: notebooks.TOOLS + notebooks.fill(text, texts) for name, text in attack.then.items()}
        path.write_text(json.dumps(notebooks.honest(self.exercises, answers)), encoding="utf-8")
        return [attack.id, second]

    def take_back(self, learners: list[str]) -> None:
        """Remove what was handed in."""
        for learner in learners:
            shutil.rmtree(self.root / "submitted" / learner, ignore_errors=True)

    def close(self) -> None:
        """Close the listeners and remove the folder."""
        self.listeners.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
