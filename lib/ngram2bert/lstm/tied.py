"""A language model whose input and output share one table."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class TiedLSTM(nn.Module):
    """Words to vectors, an LSTM of several layers, and a score for every word by the same vectors.

        scores = hs C^T + bias

    A word that looks like what the LSTM shows gets a high score. The table is most of the model, so tying nearly halves
    it; and since each word's vector is learned from both sides, rare words learn more.

    Parameters: embedding.weight (V, m), which is C; those of `lstm`, an nn.LSTM of m numbers in, m units and so many
    layers; bias (V,).
    Source: Press & Wolf 2017; Inan, Khosravi & Socher 2017.
    """

    def __init__(self, vocab_size: int, m: int, layers: int) -> None:
        """vocab_size: V; m: numbers a word, and units a layer; layers: 1 or more.

        C starts between -0.1 and 0.1, evenly, and the bias at 0: at first all words are about equally likely.
        """
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, m)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        self.lstm = nn.LSTM(m, m, layers)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(
        self, inputs: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """inputs: (T, B) int64; state: h and c (layers, B, m), or None for zeros.

        Returns the scores of the next word (T, B, V), and the state after the last step.
        """
        hs, state = self.lstm(self.embedding(inputs), state)  # (T, B, m)
        return hs @ self.embedding.weight.T + self.bias, state  # (T, B, V)
