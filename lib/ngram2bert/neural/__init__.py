"""Chapter 03: the neural language model of Bengio, Ducharme, Vincent and Jauvin (2003). One idea a file.

What learners write:

    softmax         log_softmax
    cross_entropy   cross_entropy, cross_entropy_grad
    examples        contexts, epoch
    forward         forward_pass
    backward        backward_output, backward_hidden, backward_embedding, gradients
    numerical       numerical_gradient
    adam            adam_step
    train           train
    mixing          mix

Beside it: `new_params`, the weights before training; `fast_gradients`, for long runs; `NeuralLM`, the trained model
with the same questions as chapter 01's; `neural_lm`, the shipped one. In files of their own: `brown`, its training
on Brown, and `tagger`, the same network for tags.
"""

from .adam import adam_step
from .backward import backward_embedding, backward_hidden, backward_output, gradients
from .cross_entropy import cross_entropy, cross_entropy_grad
from .examples import contexts, epoch
from .fast import fast_gradients
from .forward import forward_pass
from .mixing import mix
from .model import NeuralLM, nearest, neural_lm
from .numerical import numerical_gradient
from .params import new_params
from .softmax import log_softmax
from .train import train

__all__ = [
    "NeuralLM",
    "adam_step",
    "backward_embedding",
    "backward_hidden",
    "backward_output",
    "contexts",
    "cross_entropy",
    "cross_entropy_grad",
    "epoch",
    "fast_gradients",
    "forward_pass",
    "gradients",
    "log_softmax",
    "mix",
    "nearest",
    "neural_lm",
    "new_params",
    "numerical_gradient",
    "train",
]
