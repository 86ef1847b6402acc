"""Train, validation and test by hash: where a text goes depends on that text alone.

So neither the order of a file, nor a text added to it, nor the version of Python moves any other text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PARTS = ("train", "validation", "test")
SHARES = (80, 10, 10)  # percent for train, validation, test


@dataclass(frozen=True)
class Split(Generic[T]):
    """The three parts of a corpus. Unpacks: `train, validation, test = corpus.split()`."""

    train: T
    validation: T
    test: T

    def __iter__(self) -> Iterator[T]:
        return iter((self.train, self.validation, self.test))


def digest(key: str) -> int:
    """A 64-bit hash of `key`, the same on every machine (Python's own `hash` is not)."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8"), digest_size=8).digest(), "little")


def part_of(number: int) -> int:
    """0, 1 or 2 (train, validation, test) for the `digest` of a text, in the proportion of SHARES."""
    percent = number * 100 >> 64
    return 0 if percent < SHARES[0] else 1 if percent < SHARES[0] + SHARES[1] else 2
