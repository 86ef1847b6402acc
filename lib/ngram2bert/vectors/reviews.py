"""Training text for word vectors: the movie reviews as numbered words, sentence by sentence.

Labels are not looked at, and vectors are judged by pairs of words, so all parts of the corpus serve; a later chapter
that is tested on reviews asks for `part="train"`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from ..corpora import movie_reviews

MIN_COUNT = 5  # Mikolov's program leaves out rarer words; so do we, before the windows are made
ENDS = frozenset(".!?")


@dataclass(frozen=True, repr=False, eq=False)
class Text:
    """words: (V) from the most to the least frequent; sentences: lists of places in `words`; counts: (V,) int64."""

    words: list[str]
    sentences: list[list[int]]
    counts: Tensor

    @property
    def tokens(self) -> int:
        """Words that are left after rare ones are dropped."""
        return int(self.counts.sum())

    def __repr__(self) -> str:
        return f"<{self.tokens:,} words in {len(self.sentences):,} sentences, {len(self.words):,} different ones>"


def reviews(size: int | None = None, part: str = "all", min_count: int = MIN_COUNT) -> Text:
    """The first `size` words of the reviews in the order of their hash (None: all, about six million).

    A smaller text is the beginning of a larger one. Punctuation goes, as do words that this text holds fewer than
    `min_count` times; a sentence ends at `.`, `!` or `?`.
    part: "all", "train", "validation" or "test". Raises ValueError for another one, or where the text is not that long.
    """
    spoken = _spoken(part)
    if size is not None:
        if not 0 < size <= sum(map(len, spoken)):
            raise ValueError(f"size is {size}; this text has {sum(map(len, spoken)):,} words: ask for 1 to that many")
        spoken = _first(spoken, size)
    return numbered(spoken, min_count)


def numbered(sentences: list[list[str]], min_count: int) -> Text:
    """Hands out the numbers: 0 for the most frequent word, equally frequent ones in alphabetical order."""
    found = Counter(word for sentence in sentences for word in sentence)
    words = sorted((word for word, n in found.items() if n >= min_count), key=lambda word: (-found[word], word))
    number = {word: i for i, word in enumerate(words)}
    ids = [[number[word] for word in sentence if word in number] for sentence in sentences]
    return Text(words, [s for s in ids if s], torch.tensor([found[word] for word in words], dtype=torch.int64))


@lru_cache(maxsize=2)
def _spoken(part: str) -> list[list[str]]:
    """All sentences of a part, words only, reviews in the order of their hash."""
    corpus = movie_reviews()
    if part != "all":
        if part not in ("train", "validation", "test"):
            raise ValueError(f"part is {part!r}; wanted all, train, validation or test")
        corpus = getattr(corpus.split(), part)
    tokens = corpus.tokens()
    sentences: list[list[str]] = []
    for review in sorted(range(len(corpus)), key=corpus.keys.__getitem__):
        sentence: list[str] = []
        for token in tokens[review]:
            if token in ENDS:
                sentences.append(sentence)
                sentence = []
            elif token[0].isalnum():
                sentence.append(token)
        sentences.append(sentence)
    return [sentence for sentence in sentences if sentence]


def _first(sentences: list[list[str]], size: int) -> list[list[str]]:
    """The first `size` words; the last sentence may be cut."""
    kept, left = [], size
    for sentence in sentences:
        if left <= 0:
            break
        kept.append(sentence[:left])
        left -= len(sentence)
    return kept
