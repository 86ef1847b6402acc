"""Chapter 06: the LSTM. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch06_batches,
    ch06_bidirectional,
    ch06_cell,
    ch06_dropout,
    ch06_gru,
    ch06_padding,
    ch06_positions,
    ch06_sequence,
    ch06_state,
    ch06_tied,
    ch06_train,
)

lstm_step = ch06_cell.lstm_step
lstm = ch06_sequence.lstm
cell_gradients = ch06_sequence.cell_gradients
gru_step = ch06_gru.gru_step
last_states = ch06_padding.last_states
reverse_padded = ch06_padding.reverse_padded
bidirectional = ch06_bidirectional.bidirectional
contiguous_batches = ch06_batches.contiguous_batches
carry = ch06_state.carry
TiedLSTM = ch06_tied.TiedLSTM
variational_dropout = ch06_dropout.variational_dropout
train_stateful = ch06_train.train_stateful
position_losses = ch06_positions.position_losses
