"""Chapter 05: recurrent networks. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch05_backward,
    ch05_batches,
    ch05_bptt,
    ch05_clip,
    ch05_jacobian,
    ch05_layer_norm,
    ch05_layer_norm_step,
    ch05_loss,
    ch05_orthogonal,
    ch05_radius,
    ch05_step,
    ch05_train,
    ch05_unroll,
)

rnn_step = ch05_step.rnn_step
unroll = ch05_unroll.unroll
pad_batch = ch05_batches.pad_batch
sequence_loss = ch05_loss.sequence_loss
rnn_step_backward = ch05_backward.rnn_step_backward
bptt = ch05_bptt.bptt
jacobian_norms = ch05_jacobian.jacobian_norms
spectral_radius = ch05_radius.spectral_radius
orthogonal = ch05_orthogonal.orthogonal
clip_by_norm = ch05_clip.clip_by_norm
layer_norm = ch05_layer_norm.layer_norm
layer_norm_step = ch05_layer_norm_step.layer_norm_step
train_truncated = ch05_train.train_truncated
