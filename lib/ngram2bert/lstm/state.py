"""What may pass from one batch to the next: the numbers of the state, not its history, and not another document's."""

from __future__ import annotations

from torch import Tensor


def carry(state: tuple[Tensor, Tensor], new: Tensor) -> tuple[Tensor, Tensor]:
    """The state for the next batch.

    It is detached: the next batch's gradient ends at its own first step. It is zero in the columns where a new document
    begins. The state that was given stays as it is.

    state: h and c, (B, h) each or, with layers, (layers, B, h); new: (B,) bool.
    Returns the new h and c, shaped alike.
    Source: truncated backpropagation: Williams & Peng 1990.
    """
    h, c = state
    return h.detach().masked_fill(new[:, None], 0), c.detach().masked_fill(new[:, None], 0)
