"""Two LSTMs, one from each end: at every step, what was before and what comes after."""

from __future__ import annotations

import torch
from torch import Tensor

from .padding import last_states, reverse_padded
from .sequence import lstm


def bidirectional(
    forward_params: dict[str, Tensor], backward_params: dict[str, Tensor], xs: Tensor, lengths: Tensor
) -> tuple[Tensor, Tensor]:
    """Reads padded sequences in both directions, each from a state of zeros.

    forward_params, backward_params: as in `lstm_step`, with h units each; xs: (T, B, m), padded behind with anything;
    lengths: (B,) int64, 1 to T.
    Returns outputs (T, B, 2h): at each step what the forward LSTM and then what the backward one showed there, zeros
    at the padding; and last (B, 2h): what each showed when it had read the whole sequence, so the forward one's at
    step length-1 and the backward one's at step 0.
    Source: Schuster & Paliwal 1997; Graves & Schmidhuber 2005.
    """
    zeros = xs.new_zeros(xs.shape[1], forward_params["W_h"].shape[1])  # (B, h)
    ahead, _ = lstm(forward_params, xs, zeros, zeros)  # (T, B, h)
    back, _ = lstm(backward_params, reverse_padded(xs, lengths), zeros, zeros)  # (T, B, h), in its own order
    last = torch.cat([last_states(ahead, lengths), last_states(back, lengths)], dim=1)  # (B, 2h)
    outputs = torch.cat([ahead, reverse_padded(back, lengths)], dim=2)  # (T, B, 2h)
    padding = torch.arange(len(xs))[:, None] >= lengths  # (T, B)
    return outputs.masked_fill(padding[:, :, None], 0), last
