"""Where in a batch the loss is: a state of zeros has to find its way first."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def position_losses(model: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], carried: bool) -> Tensor:
    """The mean loss at each position of the batches, measured, not trained.

    model: model(inputs, state) gives scores (T, B, V) and the state after them; a state of None is zeros. It is
    measured in evaluation mode and without gradients; afterwards it is in the mode that it was in. batches: pairs of
    inputs and targets (T, B), as `contiguous_batches` makes them, at least one; they may differ in T. carried: True
    hands the state on from batch to batch; False starts each batch at zeros.
    Returns (T,) nats, T that of the longest batch: row t is the mean over all words at step t of a batch.
    """
    was_training = model.training
    model.eval()
    state, losses = None, []
    with torch.no_grad():
        for inputs, targets in batches:
            scores, after = model(inputs, state)
            state = after if carried else None
            losses.append(nn.functional.cross_entropy(scores.mT, targets, reduction="none"))  # (T, B)
    model.train(was_training)
    steps = max(len(loss) for loss in losses)
    return torch.stack([torch.cat([loss[t] for loss in losses if t < len(loss)]).mean() for t in range(steps)])
