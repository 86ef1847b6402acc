"""Chapter 05: recurrent networks and what becomes of their gradients. One idea a file.

What learners write, on tensors whose first axis is time:

    step         rnn_step, unroll
    batches      pad_batch, sequence_loss
    backward     rnn_step_backward, bptt
    jacobian     jacobian_norms, spectral_radius
    orthogonal   orthogonal
    clip         clip_by_norm
    layer_norm   layer_norm, layer_norm_step
    train        train_truncated
"""

from .backward import bptt, rnn_step_backward
from .batches import pad_batch, sequence_loss
from .clip import clip_by_norm
from .jacobian import jacobian_norms, spectral_radius
from .layer_norm import layer_norm, layer_norm_step
from .orthogonal import orthogonal
from .step import rnn_step, unroll
from .train import train_truncated

__all__ = [
    "bptt",
    "clip_by_norm",
    "jacobian_norms",
    "layer_norm",
    "layer_norm_step",
    "orthogonal",
    "pad_batch",
    "rnn_step",
    "rnn_step_backward",
    "sequence_loss",
    "spectral_radius",
    "train_truncated",
    "unroll",
]
