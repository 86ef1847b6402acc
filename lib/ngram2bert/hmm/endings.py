"""Unknown words by their endings, many words at once: the same numbers as `suffix_scores`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LONGEST, RARE = 10, 10  # letters, occurrences: Brants 2000, section 2.3


@dataclass(frozen=True)
class Endings:
    """numbers: {ending: row}; starts: (E+1,), where the entries of each row are; tags, shares: (M,) the entries, each
    a tag and its share of the words with this ending; prior: (K,)."""

    numbers: dict[str, int]
    starts: Tensor
    tags: Tensor
    shares: Tensor
    prior: Tensor

    @classmethod
    def count(cls, words: Sequence[str], tags: Sequence[int], times: Sequence[int], prior: Tensor) -> Endings:
        """words, tags, times: a word had a tag so many times; prior: (K,). Words seen more than RARE times stay out."""
        often: dict[str, int] = {}
        for word, count in zip(words, times, strict=True):
            often[word] = often.get(word, 0) + count
        numbers: dict[str, int] = {}
        cells, counts = [], []
        for word, tag, count in zip(words, tags, times, strict=True):
            if often[word] <= RARE:
                for i in range(1, min(LONGEST, len(word)) + 1):
                    cells.append(numbers.setdefault(word[-i:], len(numbers)) * len(prior) + tag)
                    counts.append(count)
        keys, inverse = torch.unique(torch.tensor(cells, dtype=torch.int64), return_inverse=True)
        sums = torch.zeros(len(keys), dtype=torch.float64).index_add(0, inverse, torch.tensor(counts).double())
        rows, entries = keys // len(prior), keys % len(prior)  # (M,)
        totals = torch.zeros(len(numbers), dtype=torch.float64).index_add(0, rows, sums)  # (E,)
        starts = torch.searchsorted(rows, torch.arange(len(numbers) + 1))
        return cls(numbers, starts, entries, sums / totals[rows], prior)

    def posteriors(self, words: Sequence[str]) -> Tensor:
        """p(tag | ending) of each word, smoothed from the shortest ending to the longest one seen: (W, K)."""
        theta = float(self.prior.std()) if len(self.prior) > 1 else 0.0
        probs = self.prior.repeat(len(words), 1)  # (W, K)
        active = torch.arange(len(words))
        for i in range(1, LONGEST + 1):
            found = [self.numbers.get(words[w][-i:], -1) if len(words[w]) >= i else -1 for w in active.tolist()]
            row = torch.tensor(found, dtype=torch.int64)
            active, row = active[row >= 0], row[row >= 0]
            if not len(active):
                break
            probs[active] *= theta / (1 + theta)
            held = self.starts[row + 1] - self.starts[row]  # (A,)
            entry = runs(self.starts[row], held)
            probs.index_put_((active.repeat_interleave(held), self.tags[entry]), self.shares[entry] / (1 + theta), True)
        return probs


def runs(starts: Tensor, lengths: Tensor) -> Tensor:
    """The numbers starts[0] .. starts[0] + lengths[0] - 1, then those from starts[1] on, and so on, in one tensor."""
    ends = lengths.cumsum(0)
    return torch.arange(int(ends[-1]) if len(ends) else 0) + (starts - ends + lengths).repeat_interleave(lengths)
