"""The same with autograd: from here on, nobody writes the way back."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .cross_entropy import cross_entropy


def train(model: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], rate: float, ignore: int = -1) -> list[float]:
    """Trains a network on the batches, one step of Adam each.

    model: from inputs to scores (B, V); it is left in training mode. batches: pairs of inputs and targets (B,). rate:
    of Adam, whose other settings are torch's. ignore: as in `cross_entropy`.
    Returns the loss of each batch before its step.
    Source: Kingma & Ba 2015.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), targets, ignore)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
