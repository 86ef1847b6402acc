"""The best path of a trigram tagger through few candidates a word, for all sentences at once.

A node of the trellis is a pair (state before, state now) of one sentence. A sentence has as many nodes at a word as its
candidates allow and as the beam has left; those of all sentences lie in one array, one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .endings import runs
from .packing import Pack, packs
from .tag_tables import TagTables


@dataclass(frozen=True)
class Candidates:
    """The states that each word may have. starts: (W+1,), where the entries of each word are; states, scores: (M,)."""

    starts: Tensor
    states: Tensor
    scores: Tensor

    @classmethod
    def of(cls, entries: Sequence[tuple[list[int], list[float]]]) -> Candidates:
        """entries: of each word its states and their log p(word | state)."""
        lengths = torch.tensor([0] + [len(states) for states, _ in entries])
        states = torch.tensor([state for states, _ in entries for state in states], dtype=torch.int64)
        scores = torch.tensor([score for _, scores in entries for score in scores], dtype=torch.float64)
        return cls(lengths.cumsum(0), states, scores)


@dataclass
class Nodes:
    """The nodes of all sentences at one word. row: which sentence; a, b: the states before and now; place: which
    candidate of its word b is; score: log p of the best path to here; back: its node at the word before. (P,) each."""

    row: Tensor
    a: Tensor
    b: Tensor
    place: Tensor
    score: Tensor
    back: Tensor


def best_paths(
    tables: TagTables, candidates: Candidates, sentences: Sequence[Sequence[int]], beam: float
) -> list[list[int]]:
    """The most probable states of each sentence of word numbers; an empty sentence has an empty path.

    beam: a node is given up where it is so many times less probable than the best of its sentence.
    """
    paths: list[list[int]] = [[] for _ in sentences]
    full = [i for i, sentence in enumerate(sentences) if len(sentence)]
    for pack in packs([sentences[i] for i in full], tokens=200_000):
        columns = _decode(tables, candidates, pack, math.log(beam))
        for row, i in enumerate(pack.order.tolist()):
            sentence = full[i]
            paths[sentence] = [columns[t][row] for t in range(len(sentences[sentence]))]
    return paths


def _decode(tables: TagTables, candidates: Candidates, pack: Pack, log_beam: float) -> list[list[int]]:
    """The states at each place of the sentences that have it."""
    rows = torch.arange(pack.alive[0])
    edge = torch.full_like(rows, tables.edge)
    nodes = Nodes(rows, edge, edge, torch.zeros_like(rows), torch.zeros(len(rows), dtype=torch.float64), rows)
    history = []
    last = torch.zeros_like(rows)  # (B,) the best last node of each sentence, at its own last word
    for t, alive in enumerate(pack.alive):
        nodes = _extend(tables, candidates, pack.words[pack.place(t)], nodes, alive, log_beam)
        history.append(nodes)
        ending = pack.alive[t + 1] if t + 1 < len(pack.alive) else 0
        done = (nodes.row >= ending).nonzero()[:, 0]  # nodes of the sentences that end here
        if len(done):
            end = tables.log_prob(nodes.a[done], nodes.b[done], torch.full_like(done, tables.edge))
            at = nodes.row[done] - ending
            best = _first_best(nodes.score[done] + end, at, alive - ending)
            last[ending:alive] = done[best]
    columns = []
    node = last.clone()
    for t in range(len(pack.alive) - 1, -1, -1):
        alive = pack.alive[t]
        columns.append(history[t].b[node[:alive]].tolist())
        node[:alive] = history[t].back[node[:alive]]
    return columns[::-1]


def _extend(
    tables: TagTables, candidates: Candidates, words: Tensor, nodes: Nodes, alive: int, log_beam: float
) -> Nodes:
    """One word further. words: (B_t,) the word of each sentence that has one, the first `alive` ones."""
    going = (nodes.row < alive).nonzero()[:, 0]  # (P,)
    row = nodes.row[going]
    first = candidates.starts[words]  # (B_t,)
    held = candidates.starts[words + 1] - first  # (B_t,) candidates of the word
    source = going.repeat_interleave(held[row])  # (Q,) every node with every candidate of its next word
    entry = runs(first[row], held[row])  # (Q,)
    c, to = candidates.states[entry], nodes.row[source]
    score = nodes.score[source] + tables.log_prob(nodes.a[source], nodes.b[source], c) + candidates.scores[entry]
    width = torch.zeros(alive, dtype=torch.int64)  # (B_t,) candidates of the word before
    width = width.scatter_reduce(0, row, nodes.place[going] + 1, "amax")
    base = (width * held).cumsum(0) - width * held  # (B_t,)
    place = entry - first[to]
    key = base[to] + nodes.place[source] * held[to] + place  # (Q,) which new pair (b, c) of which sentence
    best = _first_best(score, key, int((width * held).sum()))
    best = best[best < len(score)]  # (P',) pairs that something leads to
    top = torch.full((alive,), -math.inf, dtype=torch.float64).scatter_reduce(0, to[best], score[best], "amax")
    best = best[score[best] >= top[to[best]] - log_beam]
    return Nodes(to[best], nodes.b[source[best]], c[best], place[best], score[best], source[best])


def _first_best(score: Tensor, key: Tensor, size: int) -> Tensor:
    """Where the best score of each key stands, the first of equals; len(score) for a key that does not occur.

    score, key: (N,), keys below `size`. Returns (size,).
    """
    top = torch.full((size,), -math.inf, dtype=torch.float64).scatter_reduce(0, key, score, "amax")
    at_top = (score == top[key]).nonzero()[:, 0]
    return torch.full((size,), len(score)).scatter_reduce(0, key[at_top], at_top, "amin")
