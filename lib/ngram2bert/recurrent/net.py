"""The network: a word table, torch's fused recurrence, and scores by the same table.

    x_t = C[w_t]        h_t = cell(x_t, h_{t-1})        y_t = C h_t + bias

One table C (V, m) reads the words and scores them (Press & Wolf 2017; Inan et al. 2017), so the state is as
wide as a word vector, h = m. The cells are torch's own: proven equal to those that the course builds.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.RNN | nn.GRU | nn.LSTM]] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
BLOCKS = {1: "rnn", 3: "gru", 4: "lstm"}  # by the rows of weight_hh, in multiples of h
State = Tensor | tuple[Tensor, Tensor]  # (layers, B, h); of an LSTM a pair of them, h and c


class TiedNet(nn.Module):
    """embedding.weight (V, m); cell.weight_ih_l0, .. as in torch; bias (V,).

    kind: "rnn" (tanh), "gru" or "lstm". Raises ValueError for another one.
    """

    def __init__(self, kind: str, vocab_size: int, m: int, layers: int = 1) -> None:
        super().__init__()
        if kind not in CELLS:
            raise ValueError(f"{kind!r} is no cell: choose one of {', '.join(CELLS)}")
        self.kind = kind
        self.embedding = nn.Embedding(vocab_size, m)
        self.cell = CELLS[kind](m, m, layers)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def hidden(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """inputs (T, B) word numbers to h of every step (T, B, m), and the state after the last."""
        out, last = self.cell(self.embedding(inputs), state)
        return out, last

    def scores(self, hs: Tensor) -> Tensor:
        """(.., m) to (.., V)."""
        return hs @ self.embedding.weight.T + self.bias

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """inputs (T, B) to the scores of the words that come next (T, B, V), and the state; no state is zero."""
        hs, last = self.hidden(inputs, state)
        return self.scores(hs), last

    def bind(self, params: Mapping[str, Tensor]) -> TiedNet:
        """Computes with these tensors from now on, without a copy: what changes them changes the network."""
        for name, weight in self.named_parameters():
            weight.data = params[name]
        return self


def net_of(params: Mapping[str, Tensor]) -> TiedNet:
    """The network that parameters of these names and shapes belong to, holding them. Raises ValueError for others."""
    need = {"embedding.weight", "bias", "cell.weight_hh_l0"} - params.keys()
    if need:
        raise ValueError(f"these parameters lack {', '.join(sorted(need))}: give those of a TiedNet")
    rows, h = params["cell.weight_hh_l0"].shape
    layers = sum(name.startswith("cell.weight_hh_l") for name in params)
    return TiedNet(BLOCKS[rows // h], len(params["bias"]), h, layers).bind(params)


def new_net(kind: str, counts: Tensor, m: int, layers: int = 1, seed: int = 0) -> TiedNet:
    """Fresh weights: vectors uniform in +-0.1, the bias at the words' log frequencies, an LSTM's forget gate at 1.

    counts (V,): of the training text; a word that is never there counts as 1. The forget gate's bias: Gers et al. 2000,
    Jozefowicz et al. 2015.
    """
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        net = TiedNet(kind, len(counts), m, layers)
        net.embedding.weight.uniform_(-0.1, 0.1)
        shares = counts.double().clamp(min=1)
        net.bias.copy_((shares / shares.sum()).log())
        for name, weight in net.cell.named_parameters():
            if kind == "lstm" and name.startswith("bias_ih"):
                weight[m : 2 * m] = 1.0
    return net
