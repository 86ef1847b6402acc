"""How probable is one path together with the words? The sum that the other algorithms never write out."""

from __future__ import annotations

import torch
from torch import Tensor


def path_log_prob(path: Tensor, log_start: Tensor, log_trans: Tensor, log_stop: Tensor, log_obs: Tensor) -> Tensor:
    """log p(words, path): the model takes this path and says these words.

        log start[s_1]  +  sum over t > 1 of log trans[s_{t-1}, s_t]  +  sum over t of log obs[t, s_t]  +  log stop[s_T]

    path: (T,) int64, T of 1 or more; log_start, log_stop: (K,); log_trans: (K, K) from row to column; log_obs: (T, K),
    the log probability of word t in each state. Returns a tensor of shape (), minus infinity for an impossible path.
    Source: Rabiner 1989, section III.A.
    """
    words = log_obs[torch.arange(len(path)), path]  # (T,)
    moves = log_trans[path[:-1], path[1:]]  # (T-1,)
    return log_start[path[0]] + moves.sum() + words.sum() + log_stop[path[-1]]
