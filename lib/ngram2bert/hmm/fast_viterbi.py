"""Viterbi for use: all sentences of a pack at once. The same path as `viterbi`, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .packing import Pack, packs


def viterbi_paths(
    start: Tensor, trans: Tensor, stop: Tensor, emit: Tensor, sentences: Sequence[Sequence[int]]
) -> list[list[int]]:
    """The most probable path of each sentence.

    start, stop: (K,); trans: (K, K); emit: (K, V): probabilities. sentences: lists of word numbers, none empty.
    """
    logs = start.log(), trans.log(), stop.log(), emit.log()
    paths: list[list[int]] = [[] for _ in sentences]
    for pack in packs(sentences, tokens=20_000):
        states = _paths_of(pack, *logs)
        columns = [states[pack.place(t)].tolist() for t in range(len(pack.alive))]
        for row, sentence in enumerate(pack.order.tolist()):
            paths[sentence] = [columns[t][row] for t in range(len(sentences[sentence]))]
    return paths


def _paths_of(pack: Pack, log_start: Tensor, log_trans: Tensor, log_stop: Tensor, log_emit: Tensor) -> Tensor:
    """The state of each word of the pack: (N,)."""
    obs = log_emit.T[pack.words]  # (N, K)
    back = torch.zeros(obs.shape, dtype=torch.int64)  # (N, K)
    delta = (log_start + obs[pack.place(0)]).clone()  # (B, K) of the last word so far of each sentence
    for t in range(1, len(pack.alive)):
        now, alive = pack.place(t), pack.alive[t]
        best, back[now] = (delta[:alive, :, None] + log_trans).max(1)  # (B_t, K, K) to (B_t, K)
        delta[:alive] = best + obs[now]
    state = (delta + log_stop).argmax(1)  # (B,)
    states = torch.empty(len(pack.words), dtype=torch.int64)
    for t in range(len(pack.alive) - 1, -1, -1):
        now, alive = pack.place(t), pack.alive[t]
        states[now] = state[:alive]
        state[:alive] = back[now].gather(1, state[:alive, None])[:, 0]
    return states
