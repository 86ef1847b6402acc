"""A function and a class that the toy course asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean_cost(probs: Sequence[float], base: float = 2.0) -> float:
    """Mean of -log p in the given base.

    probs: probabilities above 0, at least one. Returns the mean cost a token.
    """
    # every token counts alike

    costs = [-math.log(p, base) for p in probs]
    return sum(costs) / len(costs)


class Tally:
    """Counts the words of a list."""

    unit: str = "words"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)

    def count(self, word: str) -> int:
        """How often a word occurs."""
        return self.words.count(word)

    def share(self, word: str) -> float:
        found = self.count(word)
        if not self.words:
            return 0.0
        return found / len(self.words)
        # no rounding: the caller decides
