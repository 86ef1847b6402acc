"""A finished table of word vectors, and what one asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True, repr=False, eq=False)
class WordVectors:
    """words: (V); table: (V, m) float32, row i belongs to words[i].

    outputs: (V, m), the table O of the outputs, where the method leaves one (GloVe does not: its `table` is C + O);
    seconds: CPU time of the training; losses: of each reading, GloVe alone.
    """

    words: Sequence[str]
    table: Tensor
    outputs: Tensor | None = None
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.table.dim() != 2 or len(self.words) != len(self.table):
            raise ValueError(f"{len(self.words)} words for a table {tuple(self.table.shape)}: give a row a word")

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each word."""
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def unit(self) -> Tensor:
        """(V, m): each row divided by its length; a row of zeros stays one."""
        return torch.nn.functional.normalize(self.table, dim=1)

    def row(self, word: str) -> int:
        """Raises KeyError for a word that has no vector."""
        if word not in self.index:
            raise KeyError(f"no vector for {word!r}: the text holds it too seldom, or written otherwise (lower case?)")
        return self.index[word]

    def vector(self, word: str) -> Tensor:
        """(m,)."""
        return self.table[self.row(word)]

    def similarity(self, a: str, b: str) -> float:
        """The cosine of two words."""
        return float(self.unit[self.row(a)] @ self.unit[self.row(b)])

    def nearest(self, word: str, count: int = 10) -> list[tuple[str, float]]:
        """The words with the largest cosine, best first, the word itself left out."""
        return self._best(self.unit[self.row(word)], [self.row(word)], count)

    def analogy(self, a: str, b: str, c: str, count: int = 1) -> list[tuple[str, float]]:
        """a is to b as c is to what? 3CosAdd on unit vectors; a, b and c are left out (Levy & Goldberg 2014)."""
        rows = [self.row(word) for word in (a, b, c)]
        wanted = self.unit[rows[1]] - self.unit[rows[0]] + self.unit[rows[2]]  # (m,)
        return self._best(torch.nn.functional.normalize(wanted, dim=0), rows, count)

    def _best(self, direction: Tensor, without: list[int], count: int) -> list[tuple[str, float]]:
        cosine = self.unit @ direction  # (V,)
        cosine[without] = -2.0
        best = cosine.topk(min(count, len(self.words) - len(set(without))))
        return [(self.words[i], value) for i, value in zip(best.indices.tolist(), best.values.tolist(), strict=True)]

    def added(self) -> WordVectors:
        """The same words with C + O for vectors. Raises ValueError where the method left no second table."""
        if self.outputs is None:
            raise ValueError("these vectors have no second table: take skip-gram, CBOW or PPMI-SVD (GloVe's are C + O)")
        return WordVectors(self.words, self.table + self.outputs, None, self.seconds)

    def __repr__(self) -> str:
        return f"<{len(self.words):,} word vectors of {self.table.shape[1]} numbers>"
