"""Copies and near copies among texts, so that none of them stands in train and in test.

A reviewer sends a review twice with a comma moved: an exact comparison lets the second through, and a test score rises
that should not. Two tools: `normal_form` (equal for texts that differ in case, punctuation, spaces and HTML breaks) and
`near_copy_groups` (texts that share sentences).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from .tokens import BREAK

LETTERS = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[.!?]+")
WORDS = 6  # a shorter sentence ("I loved this film.") is no evidence
SHARED = 2  # sentences in common, at the least
PART = 0.3  # of the shorter text's sentences, at the least


def normal_form(text: str) -> str:
    """The letters and digits of a text in lower case, and nothing else.

    >>> normal_form("A mess.<br />A MESS!") == normal_form("a mess , a mess")
    True
    """
    return "".join(LETTERS.findall(BREAK.sub(" ", text).lower()))


def near_copy_groups(texts: Sequence[str]) -> list[int]:
    """For each text the index of the first text of its group; a text without a near copy is its own group.

    Two texts are near copies when they share SHARED sentences of WORDS words or more, and these are PART or more of the
    shorter text's. Groups are closed: a copy of a copy belongs.
    """
    sentences = [_sentences(text) for text in texts]
    places: dict[str, list[int]] = defaultdict(list)
    for index, group in enumerate(sentences):
        for sentence in group:
            places[sentence].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for found in places.values():
        if 1 < len(found) <= 20:  # what more than 20 texts say is a phrase, not a copy
            shared.update((a, b) for i, b in enumerate(found) for a in found[:i])
    first = list(range(len(texts)))
    for (a, b), number in sorted(shared.items()):
        if number >= SHARED and number >= PART * min(len(sentences[a]), len(sentences[b])):
            low, high = sorted((_root(first, a), _root(first, b)))
            first[high] = low
    return [_root(first, index) for index in range(len(texts))]


def _sentences(text: str) -> set[str]:
    pieces = (LETTERS.findall(piece) for piece in SENTENCE.split(BREAK.sub(".", text).lower()))
    return {" ".join(words) for words in pieces if len(words) >= WORDS}


def _root(first: list[int], index: int) -> int:
    while first[index] != index:
        index = first[index]
    return index
