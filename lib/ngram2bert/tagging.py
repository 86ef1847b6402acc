"""What the exercises on hidden Markov models are given: words to log probabilities, tables of tags, endings of words.

Tags are numbers 0 .. K-1. In tables of trigrams there is one number more, K, the border: `<s>` where it stands before
a tag, `</s>` where it comes next. So these tables have S = K + 1 on each axis.

These helpers know nothing about paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


def observe(emit: Tensor, words: Sequence[int] | Tensor) -> Tensor:
    """The log probability of each word in each state; minus infinity where it is 0.

    emit: (K, V) probabilities; words: T word numbers. Returns (T, K).
    """
    return emit.T[torch.as_tensor(words, dtype=torch.int64)].log()  # (V, K) to (T, K)


def border_trigrams(tags: Sequence[Sequence[int]], states: int) -> Tensor:
    """Counts of tag trigrams, each sentence with two borders before it and one after it.

    tags: sentences of tag numbers 0 .. K-1, none empty; states: K. Returns (S, S, S) int64 with S = K + 1, at
    [a, b, c] how often c came after a b.
    """
    size, edge = states + 1, states
    flat = [tag for sentence in tags for tag in (edge, edge, *sentence, edge)]
    if not flat:
        return torch.zeros(size, size, size, dtype=torch.int64)
    windows = torch.tensor(flat).unfold(0, 3, 1)  # (N, 3)
    within = (windows[:, 1:] != edge).any(1)  # what reaches from one sentence into the next has b = c = edge
    a, b, c = windows[within].unbind(1)  # (M,)
    return torch.bincount((a * size + b) * size + c, minlength=size**3).reshape(size, size, size)


def trigram_probs(counts: Tensor, weights: Tensor) -> Tensor:
    """The probability of a tag after two tags: a mixture of the relative frequencies of three orders.

        p(c | a, b) = weights_1 c(c) / N  +  weights_2 c(b c) / c(b)  +  weights_3 c(a b c) / c(a b),      0 / 0 = 0

    counts: (S, S, S) as `border_trigrams` gives them; weights: (3,). Returns (S, S, S) float64, p(c | a, b) at
    [a, b, c].
    """
    c = counts.double()
    one = c.sum((0, 1)) / c.sum()  # (S,)
    two = (c.sum(0) / c.sum((0, 2))[:, None]).nan_to_num(0.0)  # (S, S)
    three = (c / c.sum(2, keepdim=True)).nan_to_num(0.0)  # (S, S, S)
    return weights[0] * one + weights[1] * two + weights[2] * three


def pair_obs(log_obs: Tensor) -> Tensor:
    """`log_obs` for states that are pairs of tags: a pair says what its second tag says, the border says nothing.

    log_obs: (T, K). Returns (T, S * S), S = K + 1; the pair (a, b) is state a * S + b.
    """
    size = log_obs.shape[1] + 1
    second = torch.nn.functional.pad(log_obs, (0, 1), value=-torch.inf)  # (T, S)
    return second.repeat(1, size)  # (T, S*S)


def lexicon(words: Sequence[Sequence[str]], tags: Sequence[Sequence[int]], states: int) -> dict[str, Tensor]:
    """How often each word had each tag: {word: counts (K,) float64}.

    words, tags: sentences of words and of tag numbers; states: K.
    """
    numbers: dict[str, int] = {}
    cells = [
        numbers.setdefault(word, len(numbers)) * states + tag
        for sentence, path in zip(words, tags, strict=True)
        for word, tag in zip(sentence, path, strict=True)
    ]
    counts = torch.bincount(torch.tensor(cells, dtype=torch.int64), minlength=len(numbers) * states).double()
    return dict(zip(numbers, counts.reshape(-1, states), strict=True))  # (words, K), a row a word


def suffix_counts(lexicon: Mapping[str, Tensor], longest: int, rare: int) -> dict[str, Tensor]:
    """How often each ending had each tag, among words that were seen `rare` times or less: {ending: counts (K,)}.

    Frequent words are left out: a word that is not known is a rare word, and *the* says nothing about those. An ending
    has 1 to `longest` letters and may be the whole word.

    lexicon: {word: counts (K,)}. Source: Brants 2000, section 2.3, where `longest` and `rare` are 10.
    """
    numbers: dict[str, int] = {}
    rows, cells = [], []  # which word's counts go to which ending
    rarely = [(word, counts) for word, counts in lexicon.items() if counts.sum() <= rare]
    for row, (word, _) in enumerate(rarely):
        for i in range(1, min(longest, len(word)) + 1):
            rows.append(row)
            cells.append(numbers.setdefault(word[-i:], len(numbers)))
    if not rarely:
        return {}
    counts = torch.stack([counts for _, counts in rarely])  # (words, K)
    sums = counts.new_zeros(len(numbers), counts.shape[1]).index_add(0, torch.tensor(cells), counts[torch.tensor(rows)])
    return dict(zip(numbers, sums, strict=True))
