"""Problem 2: the one most probable path."""

from __future__ import annotations

import torch
from torch import Tensor


def viterbi(log_start: Tensor, log_trans: Tensor, log_stop: Tensor, log_obs: Tensor) -> tuple[Tensor, Tensor]:
    """The path that is most probable together with the words: forward with a maximum in place of the sum.

        delta_1(j) = start_j obs_1(j)          delta_t(j) = obs_t(j) max over i of delta_{t-1}(i) trans_ij
        back_t(j) = the i of that maximum

    The best end is the maximum of delta_T(i) stop_i; from there the back-pointers lead to the beginning.

    log_start, log_stop: (K,); log_trans: (K, K) from row to column; log_obs: (T, K), T of 1 or more. Returns the path
    (T,) int64 and its log p(words, path), of shape (). Where paths are equally probable it is one of them.
    Source: Viterbi 1967; Forney 1973; Rabiner 1989, section III.B.
    """
    log_delta, back = log_start + log_obs[0], []  # (K,), and later T-1 times (K,)
    for said in log_obs[1:]:
        best, came_from = (log_delta[:, None] + log_trans).max(0)  # (K, K) to (K,), over where it came from
        log_delta = best + said
        back.append(came_from)
    log_prob, state = (log_delta + log_stop).max(0)
    path = [state]
    for came_from in reversed(back):
        path.append(came_from[path[-1]])
    return torch.stack(path).flip(0), log_prob  # (T,)
