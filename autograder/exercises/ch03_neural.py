"""Chapter 03: the neural language model. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch03_adam,
    ch03_cross_entropy,
    ch03_examples,
    ch03_forward,
    ch03_gradients,
    ch03_hidden,
    ch03_mixing,
    ch03_output,
    ch03_softmax,
    ch03_train,
)

log_softmax = ch03_softmax.log_softmax
cross_entropy = ch03_cross_entropy.cross_entropy
cross_entropy_grad = ch03_cross_entropy.cross_entropy_grad
contexts = ch03_examples.contexts
epoch = ch03_examples.epoch
forward_pass = ch03_forward.forward_pass
backward_output = ch03_output.backward_output
backward_hidden = ch03_hidden.backward_hidden
backward_embedding = ch03_hidden.backward_embedding
gradients = ch03_gradients.gradients
numerical_gradient = ch03_gradients.numerical_gradient
adam_step = ch03_adam.adam_step
train = ch03_train.train
mix = ch03_mixing.mix
