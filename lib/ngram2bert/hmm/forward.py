"""Problem 1: how probable are the words? A sum over K**T paths, taken in K * K * T steps."""

from __future__ import annotations

import torch
from torch import Tensor


def forward(log_start: Tensor, log_trans: Tensor, log_stop: Tensor, log_obs: Tensor) -> tuple[Tensor, Tensor]:
    """The forward algorithm in log space.

        alpha_1(j) = start_j obs_1(j)          alpha_t(j) = obs_t(j) sum over i of alpha_{t-1}(i) trans_ij
        p(words) = sum over i of alpha_T(i) stop_i

    alpha_t(j) is the probability of the first t words and of being in state j at word t.

    log_start, log_stop: (K,); log_trans: (K, K) from row to column; log_obs: (T, K), T of 1 or more; minus infinity is
    the logarithm of 0. With `log_stop` zero the model has no end, as in Rabiner and in hmmlearn.
    Returns log alpha (T, K) and log p(words), of shape (); minus infinity where the words are impossible.
    Source: Baum & Eagon 1967; Rabiner 1989, section III.A.
    """
    log_alpha = torch.empty_like(log_obs)  # (T, K)
    log_alpha[0] = log_start + log_obs[0]
    for t in range(1, len(log_obs)):
        reached = log_alpha[t - 1][:, None] + log_trans  # (K, K)
        log_alpha[t] = reached.logsumexp(0) + log_obs[t]  # over where it came from
    return log_alpha, (log_alpha[-1] + log_stop).logsumexp(0)
