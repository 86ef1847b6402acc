"""Chapter 00: start here. Its graded exercises, in the order of the chapter."""

from autograder.exercises import ch00_autograd, ch00_bootstrap, ch00_learning, ch00_log_space, ch00_shapes

share_positive = ch00_shapes.share_positive
total_variation = ch00_shapes.total_variation
log_sum_exp = ch00_log_space.log_sum_exp
softmax = ch00_log_space.softmax
split_by_hash = ch00_learning.split_by_hash
loss_and_gradients = ch00_learning.loss_and_gradients
value = ch00_autograd.value
paired_bootstrap = ch00_bootstrap.paired_bootstrap
