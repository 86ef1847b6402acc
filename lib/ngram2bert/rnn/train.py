"""Truncated backpropagation through time: the state goes on for ever, the gradient for one chunk."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .batches import sequence_loss
from .clip import clip_by_norm


def train_truncated(
    model: nn.Module, chunks: Iterable[tuple[Tensor, Tensor]], rate: float, limit: float, ignore: int = -1
) -> list[float]:
    """Trains a recurrent network on a long text in chunks, a step of plain gradient descent (SGD) each.

    A chunk goes on where the one before ended: the network starts it with the state it was left in, None at first. The
    gradient does not: the state is detached between two chunks. The gradients are clipped by their common norm.

    model: `model(inputs (T, B), state)` gives scores (T, B, V) and the state after the last step, a tensor; it is left
    in training mode. chunks: pairs of inputs and targets (T, B), in order. rate: of SGD. limit: as in `clip_by_norm`.
    ignore: as in `sequence_loss`. Returns the loss of each chunk before its step.
    Source: Williams & Peng 1990; Pascanu et al. 2013, algorithm 1.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    model.train()
    state, losses = None, []
    for inputs, targets in chunks:
        scores, state = model(inputs, state)
        state = state.detach()
        loss = sequence_loss(scores, targets, ignore)
        optimizer.zero_grad()
        loss.backward()
        clip_by_norm({name: p.grad for name, p in model.named_parameters() if p.grad is not None}, limit)
        optimizer.step()
        losses.append(loss.item())
    return losses
