"""Where EM begins. States that are all alike stay alike for ever, so chance has to tell them apart."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def random_start(states: int, vocab: int, generator: Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Parameters to begin EM with: every entry positive, no two states alike, drawn from `generator` alone.

    From equal states each sees the same posteriors, gets the same counts and stays equal: a saddle of the likelihood.
    And what is 0 once has expected count 0, and stays 0. Exponential weights, divided by their sum, are uniform over
    all distributions.

    states: K, 2 or more; vocab: V, 2 or more; generator: the source of chance, the same state gives the same numbers.
    Returns `start` (K,), `trans` (K, K), `stop` (K,), `emit` (K, V), float64. `start`, each row of `trans` together
    with its `stop`, and each row of `emit` sum to one.
    """

    def rows(*shape: int) -> Tensor:
        weights = torch.empty(shape, dtype=torch.float64).exponential_(generator=generator)
        return weights / weights.sum(-1, keepdim=True)

    start, leaving, emit = rows(states), rows(states, states + 1), rows(states, vocab)  # leaving: the last is the end
    return start, leaving[:, :-1], leaving[:, -1], emit
