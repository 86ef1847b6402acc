"""A cheap estimate of the softmax over 14,116 words, for training. What is measured has the whole sum.

    loss = log Z - y[target]        Z = sum over all words of exp y[w]

Z is a sum over the `head` commonest words and the target itself, all exact, plus a sum over the rest that is estimated
from `noise` draws w ~ q, each weighted by 1 / (noise q(w)). The draws are shared by the whole batch, so that both parts
are one product with a small table. Where the estimate of Z is good, so is its gradient.
Source: Botev, Zheng & Barber 2017, Complementary Sum Sampling; importance sampling: Bengio & Senecal 2003.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

POWER = 0.75  # q is in proportion to count^POWER, as for word vectors


class SampledLoss:
    """counts (V,): of the training text, the commonest words first (as `encode_splits` numbers them)."""

    def __init__(self, counts: Tensor, head: int = 500, noise: int = 500) -> None:
        if not 0 < head < len(counts):
            raise ValueError(f"a head of {head} of {len(counts)} words: give a number between")
        self.head, self.noise = head, noise
        rest = counts[head:].float().clamp(min=1) ** POWER
        self.q = rest / rest.sum()  # (V - head,)
        self.log_weight = -(noise * self.q).log()

    def __call__(self, hs: Tensor, table: Tensor, bias: Tensor, targets: Tensor, generator: Generator) -> Tensor:
        """Mean nats of the targets (N,), 0-d. hs (N, m), table (V, m), bias (V,)."""
        draws = torch.multinomial(self.q, self.noise, replacement=True, generator=generator)  # (noise,)
        picked = draws + self.head
        rows = torch.cat([table[: self.head], table[picked]])  # (head + noise, m)
        weight = torch.cat([bias[: self.head], bias[picked] + self.log_weight[draws]])
        y = torch.addmm(weight, hs, rows.T)  # (N, head + noise)
        own = (hs * table[targets]).sum(1) + bias[targets]  # (N,)
        rare = targets >= self.head
        with torch.no_grad():  # a draw of the row's own target would count it twice
            at = rare.nonzero()[:, 0]
            row, column = (targets[at, None] == picked).nonzero(as_tuple=True)
        y = y.index_put((at[row], self.head + column), torch.tensor(-torch.inf))
        log_z = torch.logaddexp(y.logsumexp(1), own.masked_fill(~rare, -torch.inf))
        return (log_z - own).mean()
