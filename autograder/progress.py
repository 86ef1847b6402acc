"""The learner's own record: points reached and hints read, in a small SQLite file of theirs. It grades nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

FILE = "progress.sqlite"
WAIT_SECONDS = 5.0  # for another kernel's write
SCHEMA = """
create table if not exists result (exercise text primary key, points real not null, possible real not null,
                                   tries integer not null, passed integer not null);
create table if not exists hints (exercise text primary key, read integer not null);
create table if not exists prediction (claim text primary key, low real not null, high real not null, value real);
create table if not exists revealed (claim text primary key, value real not null);
create table if not exists label (place text primary key, reason text not null);
"""


@dataclass(frozen=True)
class Result:
    """How an exercise stood when it was last checked; `passed`: ever, in full."""

    points: float
    possible: float
    tries: int
    passed: bool


def folder() -> Path:
    """Where the record is kept: NGRAM2BERT_DATA, else the user's data folder."""
    given = os.environ.get("NGRAM2BERT_DATA")
    return Path(given).expanduser() if given else user_data_path("ngram2bert")


@dataclass
class Record:
    """Reads and writes the record. Where its file cannot be used, `problem` says so and it lives in this kernel alone.

    keep  False writes nothing (while notebooks are built)
    """

    keep: bool = True
    problem: str = ""
    _memory: sqlite3.Connection | None = field(default=None, repr=False)
    _laid_out: set[Path] = field(default_factory=set, repr=False)  # folders whose file has its tables

    def save(self, exercise: str, points: float, possible: float) -> None:
        """Note the outcome of a check."""
        self._write(
            "insert into result values (?, ?, ?, 1, ?) on conflict (exercise) do update set points = excluded.points, "
            "possible = excluded.possible, tries = tries + 1, passed = max(passed, excluded.passed)",
            (exercise, points, possible, points >= possible),
        )

    def read_hint(self, exercise: str, number: int) -> None:
        """Note that the hints up to this number are read."""
        self._write(
            "insert into hints values (?, ?) on conflict (exercise) do update set read = max(read, excluded.read)",
            (exercise, number),
        )

    def hints_read(self, exercise: str) -> int:
        """How many hints of an exercise are read."""
        rows = self._ask("select read from hints where exercise = ?", (exercise,))
        return int(rows[0][0]) if rows else 0

    def results(self) -> dict[str, Result]:
        """{exercise: how it stood when last checked}."""
        rows = self._ask("select exercise, points, possible, tries, passed from result", ())
        return {name: Result(points, possible, tries, bool(passed)) for name, points, possible, tries, passed in rows}

    def predict(self, claim: str, low: float, high: float) -> None:
        """Note an 80% interval for a claim's figure; one that has been revealed stays as it is."""
        self._write(
            "insert into prediction values (?, ?, ?, null) on conflict (claim) do update set low = excluded.low, "
            "high = excluded.high where value is null",
            (claim, low, high),
        )

    def reveal(self, claim: str, value: float) -> None:
        """Note what came out, predicted or not: nobody predicts afterwards."""
        self._write("insert into revealed values (?, ?) on conflict (claim) do nothing", (claim, value))
        self._write("update prediction set value = ? where claim = ?", (value, claim))

    def predictions(self) -> dict[str, tuple[float, float, float | None]]:
        """{claim: (low, high, what came out or None)}."""
        return {claim: (low, high, value) for claim, low, high, value in self._ask("select * from prediction", ())}

    def revealed(self, claim: str) -> float | None:
        """What came out for a claim, as far as it has been shown."""
        rows = self._ask("select value from revealed where claim = ?", (claim,))
        return float(rows[0][0]) if rows else None

    def label(self, place: str, reason: str) -> None:
        """Note the reason that a learner gives for an error."""
        self._write(
            "insert into label values (?, ?) on conflict (place) do update set reason = excluded.reason",
            (place, reason),
        )

    def labels(self) -> dict[str, str]:
        """{place: reason}."""
        return dict(self._ask("select * from label", ()))

    def _write(self, statement: str, values: Iterable[object]) -> None:
        self._do(statement, values)

    def _ask(self, statement: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        return self._do(statement, values)

    def _do(self, statement: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        if not self.keep and self._memory is None:
            self._memory = _schema(sqlite3.connect(":memory:", check_same_thread=False))
        if self._memory is None:
            try:
                with closing(self._open(folder())) as file, file:
                    return file.execute(statement, tuple(values)).fetchall()
            except (OSError, sqlite3.Error) as error:
                what_to_do = "set NGRAM2BERT_DATA to a folder that you can write to"
                self.problem = f"your progress cannot be kept in {folder()} ({error}); {what_to_do}"
                self._memory = sqlite3.connect(":memory:", check_same_thread=False)
                self._memory.executescript(SCHEMA)
        with self._memory:
            return self._memory.execute(statement, tuple(values)).fetchall()

    def _open(self, place: Path) -> sqlite3.Connection:
        place.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(place / FILE, timeout=WAIT_SECONDS)
        file.execute("pragma synchronous = off")  # a crash of the machine may lose the last check, no more
        if place in self._laid_out and (place / FILE).stat().st_size:
            return file
        self._laid_out.add(place)
        return _schema(file)


def _schema(file: sqlite3.Connection) -> sqlite3.Connection:
    try:
        file.executescript(SCHEMA)
    except sqlite3.Error:
        file.close()
        raise
    return file
