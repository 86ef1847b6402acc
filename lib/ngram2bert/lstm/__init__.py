"""Chapter 06: the long short-term memory of Hochreiter and Schmidhuber (1997), and a state that is kept.

One idea a file. What learners write:

    cell            lstm_step
    sequence        lstm
    gradient        cell_gradients
    gru             gru_step
    batches         contiguous_batches
    state           carry
    padding         last_states, reverse_padded
    bidirectional   bidirectional
    dropout         variational_dropout
    tied            TiedLSTM
    positions       position_losses
    train           train_stateful
"""

from .batches import contiguous_batches
from .bidirectional import bidirectional
from .cell import lstm_step
from .dropout import variational_dropout
from .gradient import cell_gradients
from .gru import gru_step
from .padding import last_states, reverse_padded
from .positions import position_losses
from .sequence import lstm
from .state import carry
from .tied import TiedLSTM
from .train import train_stateful

__all__ = [
    "TiedLSTM",
    "bidirectional",
    "carry",
    "cell_gradients",
    "contiguous_batches",
    "gru_step",
    "last_states",
    "lstm",
    "lstm_step",
    "position_losses",
    "reverse_padded",
    "train_stateful",
    "variational_dropout",
]
