"""What people say of words, to judge vectors by: WordSim-353, SimLex-999 and the Google analogies.

All three lie in the package gensim, among the data of its tests. WordSim-353: Finkelstein et al. 2002, relatedness
from 0 to 10. SimLex-999: Hill, Reichart & Korhonen 2015, similarity from 0 to 10: *old* and *new* are related, not
similar. Analogies: Mikolov et al. 2013, 19,544 questions in 14 kinds. Words are lower case here, as in our texts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .cache import file_checked
from .errors import CorpusError

NAME = "word_pairs"
Pair = tuple[str, str, float]
INSTALL = "Run: pip install --force-reinstall --no-deps gensim==4.4.0"
SHA256 = {
    "wordsim353.tsv": "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d",
    "simlex999.txt": "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d",
    "questions-words.txt": "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
}
GENSIM_ENDS = (3, 14)  # the first Python for which gensim 4.4.0 has no wheel


def wordsim353() -> list[Pair]:
    """353 pairs and how related people find them: (word, word, 0 to 10). Raises CorpusError without gensim."""
    return _pairs("wordsim353.tsv")


def simlex999() -> list[Pair]:
    """999 pairs and how similar people find them: (word, word, 0 to 10). Raises CorpusError without gensim."""
    return _pairs("simlex999.txt")


def analogies() -> dict[str, list[tuple[str, str, str, str]]]:
    """a is to b as c is to d, by kind ("family", "gram3-comparative", ..). Raises CorpusError without gensim."""
    kinds: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in _lines("questions-words.txt"):
        if line.startswith(":"):
            kinds[line[1:].strip()] = now = []
        else:
            a, b, c, d = line.lower().split()
            now.append((a, b, c, d))
    return kinds


@dataclass(frozen=True)
class WordPairs:
    """All three at once: what `python -m ngram2bert.corpora` checks."""

    wordsim353: list[Pair]
    simlex999: list[Pair]
    analogies: dict[str, list[tuple[str, str, str, str]]]

    def __repr__(self) -> str:
        questions = sum(map(len, self.analogies.values()))
        return f"<word pairs: {len(self.wordsim353)} and {len(self.simlex999)}, {questions:,} analogies>"


def word_pairs() -> WordPairs:
    """WordSim-353, SimLex-999 and the analogies. Raises CorpusError without gensim."""
    return WordPairs(wordsim353(), simlex999(), analogies())


def can_be_had() -> bool:
    """Is gensim here, or is there a wheel of it for this Python?"""
    return find_spec("gensim") is not None or sys.version_info < GENSIM_ENDS


def package_file(name: str = "wordsim353.tsv") -> Path:
    """A file of gensim's tests, found without importing gensim, which takes two seconds."""
    spec = find_spec("gensim")
    if spec is None or spec.origin is None:
        if sys.version_info >= GENSIM_ENDS:
            raise CorpusError(
                f"{name}: it comes with gensim, which has no wheel for Python {sys.version_info[0]}."
                f"{sys.version_info[1]}. Chapter 04 wants Python 3.11 to 3.13: make its environment with one of these."
            )
        raise CorpusError(f"{name}: the package gensim is not installed for {sys.executable}. {INSTALL}")
    return Path(spec.origin).parent / "test" / "test_data" / name


@lru_cache(maxsize=3)
def _lines(name: str) -> tuple[str, ...]:
    data = file_checked(package_file(name), SHA256[name], name, INSTALL)
    return tuple(line for line in data.decode("utf-8").splitlines() if line and not line.startswith("#"))


def _pairs(name: str) -> list[Pair]:
    rows = (line.lower().split("\t") for line in _lines(name))
    return [(a, b, float(score)) for a, b, score in rows]
