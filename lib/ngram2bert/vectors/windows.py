"""Windows: from a sentence to pairs of a word and a word near it."""

from __future__ import annotations

import torch
from torch import Tensor


def skipgram_pairs(sentence: list[int], keep: Tensor, reach: Tensor) -> tuple[Tensor, Tensor]:
    """The pairs (centre, output) of a sentence: each kept word with the kept words within its reach.

    A word that is not kept vanishes *before* the windows are laid: its neighbours move together, and a window then
    covers more of the text. Each centre has a reach of its own, drawn from 1 .. window, so that near words are paired
    more often than far ones. At the borders the window is cut off.

    sentence: T word numbers; keep: (T,) bool; reach: (T,) int64, 1 or more: reach[i] is that of word i of the original
    sentence. Returns `centres` (P,) and `outputs` (P,), both int64, in the order of the text: by centre, and for one
    centre from left to right.
    Source: Mikolov et al. 2013a, section 3.2, and word2vec.c.
    """
    kept = [i for i in range(len(sentence)) if keep[i]]
    pairs = []
    for place, i in enumerate(kept):
        first = max(0, place - int(reach[i]))
        for j in kept[first:place] + kept[place + 1 : place + 1 + int(reach[i])]:
            pairs.append((sentence[i], sentence[j]))
    centres, outputs = torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2).T  # (2, P)
    return centres, outputs
