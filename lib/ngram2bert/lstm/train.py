"""Training on a text that goes on: the state is carried, and forgotten where a document ends."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .state import carry


def train_stateful(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor, Tensor]],
    rate: float,
    limit: float,
    ignore: int = -1,
) -> list[float]:
    """One step of Adam for each batch; each batch goes on from the state that the one before it left.

    model: as in `position_losses`, called with None for the first batch; it is trained, and left, in training mode.
    batches: inputs (T, B), targets (T, B), and new (B,) bool: the columns in which a new document begins with this
    batch. rate: Adam's, whose other settings are torch's. limit: the gradient of all parameters together is made no
    longer than this. ignore: a target that does not count.
    Returns the loss of each batch before its step: the mean over the targets that count, in nats.
    Source: Williams & Peng 1990; Pascanu, Mikolov & Bengio 2013; Kingma & Ba 2015.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    state, losses = None, []
    for inputs, targets, new in batches:
        if state is not None:
            state = carry(state, new)
        scores, state = model(inputs, state)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()
        losses.append(loss.item())
    return losses
