"""Recurrent language models on torch's fused cells: plain, gated, with a state that ends with the sentence or goes on.

    model = lstm_lm()                                  # the shipped LSTM; words as in `neural.brown.brown_text`
    model.perplexity(sentences)                        # each from a zero state
    model.perplexity(sentences, carried=True)          # the state goes on from sentence to sentence

`net` is the network, `sampled` the cheap loss it is trained with, `batches` cuts the text, `brown` trains on it.
"""

from .batches import groups, stream
from .brown import Settings, train_on
from .model import RecurrentLM, from_recurrent, lstm_lm, rnn_lm
from .net import TiedNet, net_of, new_net
from .sampled import SampledLoss

__all__ = [
    "RecurrentLM",
    "SampledLoss",
    "Settings",
    "TiedNet",
    "from_recurrent",
    "groups",
    "lstm_lm",
    "net_of",
    "new_net",
    "rnn_lm",
    "stream",
    "train_on",
]
