"""Forward and backward for use: many sentences, several models at once, and no logarithm inside the loop.

Instead of logarithms it divides alpha at each word by its sum, as Rabiner 1989 does, section V.A. The sums c_t are
p(word t | words before it), so their logarithms add up to the likelihood. A step is then one matrix product.
R models are run side by side: R random starts cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .em import Parameters
from .packing import Pack


@dataclass(frozen=True)
class Filtered:
    """What forward leaves. obs: (R, N, K) p(word t | state); alpha: (R, N, K) p(state at word t | words to t);
    scale: (R, N) p(word t | words before); end: (R, B) p(</s> | all words of the sentence)."""

    obs: Tensor
    alpha: Tensor
    scale: Tensor
    end: Tensor

    def log_likelihood(self, pack: Pack) -> Tensor:
        """log p of each sentence of the pack: (R, B)."""
        sums = self.end.log()
        return sums.index_add(1, pack.rows, self.scale.log())


def filtered(model: Parameters, pack: Pack) -> Filtered:
    """Forward. model: start (R, K), trans (R, K, K), stop (R, K), emit (R, K, V)."""
    start, trans, stop, emit = model
    obs = emit.transpose(1, 2).contiguous()[:, pack.words]  # (R, N, K); rows that lie together are gathered faster
    alpha, scale = torch.empty_like(obs), obs.new_empty(obs.shape[:2])
    for t, alive in enumerate(pack.alive):
        now = pack.place(t)
        before = start[:, None] if t == 0 else alpha[:, pack.starts[t - 1] : pack.starts[t - 1] + alive] @ trans
        joint = before * obs[:, now]  # (R, B_t, K)
        scale[:, now] = joint.sum(2)
        alpha[:, now] = joint / scale[:, now, None].clamp_min(1e-300)  # an impossible word leaves zeros
    end = (alpha[:, pack.lasts] @ stop[:, :, None])[..., 0]  # (R, B)
    return Filtered(obs, alpha, scale, end)


def expected_counts(model: Parameters, pack: Pack) -> tuple[Parameters, Tensor]:
    """The E-step on a pack: the expected counts of all its sentences together, and the log likelihood (R,).

    model: as in `filtered`. Returns counts in the order and shapes of the model.
    """
    _, trans, stop, emit = model
    found = filtered(model, pack)
    beta = stop[:, None] / found.end[:, :, None]  # (R, B, K) divided so that alpha * beta is gamma
    gamma = torch.empty_like(found.obs)
    moves = torch.zeros_like(trans)
    for t in range(len(pack.alive) - 1, -1, -1):
        now, alive = pack.place(t), pack.alive[t]
        gamma[:, now] = found.alpha[:, now] * beta[:, :alive]
        if t > 0:
            ahead = beta[:, :alive] * found.obs[:, now] / found.scale[:, now, None]  # (R, B_t, K)
            before = found.alpha[:, pack.starts[t - 1] : pack.starts[t - 1] + alive]
            moves += before.transpose(1, 2) @ ahead
            beta[:, :alive] = ahead @ trans.transpose(1, 2)
    said = emit.new_zeros(len(emit), emit.shape[2], emit.shape[1]).index_add(1, pack.words, gamma)  # (R, V, K)
    counts = gamma[:, pack.place(0)].sum(1), moves * trans, gamma[:, pack.lasts].sum(1), said.transpose(1, 2)
    return counts, found.log_likelihood(pack).sum(1)
