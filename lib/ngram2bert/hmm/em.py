"""Problem 3: learn a model from words alone. Expectation: count what probably happened. Maximisation: divide."""

from __future__ import annotations

import torch
from torch import Tensor

from .backward import backward
from .forward import forward
from .posteriors import posteriors

Parameters = tuple[Tensor, Tensor, Tensor, Tensor]


def e_step(
    start: Tensor, trans: Tensor, stop: Tensor, emit: Tensor, words: Tensor
) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """The counts that one sentence is expected to give, by the present model.

        xi_t(i, j) = alpha_t(i) trans_ij obs_{t+1}(j) beta_{t+1}(j) / p(words)

    is the probability that the model goes from i at word t to j at word t+1. Expected counts are sums of posteriors:
    of gamma_1 for `start`, of xi over t for `trans`, of gamma_T for `stop`; of the gamma_t whose word is w for `emit`.

    start, stop: (K,); trans: (K, K); emit: (K, V): probabilities. words: (T,) int64, T of 1 or more, a sentence that
    the model can say. Returns the counts, in the order and the shapes of the parameters, and log p(words).
    Source: Baum et al. 1970; Rabiner 1989, section III.C.
    """
    log_trans, log_stop, log_obs = trans.log(), stop.log(), emit.log()[:, words].T  # log_obs (T, K)
    log_alpha, log_likelihood = forward(start.log(), log_trans, log_stop, log_obs)
    log_beta = backward(log_trans, log_stop, log_obs)
    gamma = posteriors(log_alpha, log_beta)  # (T, K)
    log_xi = log_alpha[:-1, :, None] + log_trans + (log_obs + log_beta)[1:, None, :]  # (T-1, K, K)
    moves = (log_xi - log_likelihood).exp().sum(0)  # (K, K)
    said = torch.zeros_like(emit).index_add(1, words, gamma.T)  # (K, V)
    return (gamma[0], moves, gamma[-1], said), log_likelihood


def m_step(counts: list[tuple[Tensor, Tensor, Tensor, Tensor]]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The model that makes the expected counts most likely: the counts of all sentences together, each divided.

    `start` is divided by its sum, a row of `trans` and its `stop` by the sum of both, a row of `emit` by its sum.
    Where nothing was counted, 0 / 0, the answer is 0. Counts are not whole numbers and may be far below 1.

    counts: what `e_step` gives for each sentence: `start` (K,), `trans` (K, K), `stop` (K,), `emit` (K, V).
    Returns the parameters in the same order and shapes.
    Source: Baum et al. 1970; Rabiner 1989, sections III.C and V.B (several sequences).
    """
    start, trans, stop, emit = (torch.stack([sentence[part] for sentence in counts]).sum(0) for part in range(4))

    def share(part: Tensor, total: Tensor) -> Tensor:
        return torch.where(total > 0, part / total, 0.0)

    leaving = trans.sum(1) + stop  # (K,)
    return (
        share(start, start.sum()),
        share(trans, leaving[:, None]),
        share(stop, leaving),
        share(emit, emit.sum(1, keepdim=True)),
    )


def baum_welch(
    sequences: list[Tensor], start: Tensor, trans: Tensor, stop: Tensor, emit: Tensor, steps: int
) -> tuple[Parameters, Tensor]:
    """EM, step by step: all sentences, then one division. The likelihood never falls.

    sequences: sentences (T,) int64; start, trans, stop, emit: where to begin (see `random_start`; from states that are
    all alike it cannot move); steps: how many. Returns the parameters and the log likelihood of all sentences
    *before* each step (steps,).
    """
    parameters, history = (start, trans, stop, emit), []
    for _ in range(steps):
        counts, log_likelihoods = zip(*(e_step(*parameters, words) for words in sequences), strict=True)
        history.append(torch.stack(log_likelihoods).sum())
        parameters = m_step(list(counts))
    return parameters, torch.stack(history)
