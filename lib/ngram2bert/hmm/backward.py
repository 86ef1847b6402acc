"""The other half: how probable is the rest of the sentence, seen from a state?"""

from __future__ import annotations

import torch
from torch import Tensor


def backward(log_trans: Tensor, log_stop: Tensor, log_obs: Tensor) -> Tensor:
    """The backward algorithm in log space.

        beta_T(i) = stop_i          beta_t(i) = sum over j of trans_ij obs_{t+1}(j) beta_{t+1}(j)

    beta_t(i) is the probability of the words *after* word t, given state i at word t. Word t itself belongs to alpha.

    log_trans: (K, K) from row to column; log_stop: (K,); log_obs: (T, K), T of 1 or more. Returns log beta (T, K).
    Source: Baum et al. 1970; Rabiner 1989, section III.A.
    """
    log_beta = torch.empty_like(log_obs)  # (T, K)
    log_beta[-1] = log_stop
    for t in range(len(log_obs) - 2, -1, -1):
        ahead = log_trans + log_obs[t + 1] + log_beta[t + 1]  # (K, K)
        log_beta[t] = ahead.logsumexp(1)  # over where it goes
    return log_beta
