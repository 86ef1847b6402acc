"""A model that stores one probability an n-gram and one weight a context: all of smoothing but the flat mixture.

    p(w | h) = p_stored(h w)                              if the model holds h w
             = weight(h) p(w | h without its first word)  if not; the weight of an unseen h is 1

An interpolated model fits too: what it stores already holds the lower orders' share. It is the content of an ARPA
file: Chen & Goodman 1999, section 2.8.
"""

from __future__ import annotations

from torch import Tensor

from .model import NgramModel
from .trie import Trie, at


class BackoffModel(NgramModel):
    """probs: for each order 1 .. n (U_k,) float64; weights: for each order 1 .. n-1 (U_k,) float64, rows as in the
    trie. discounts: what was estimated, one tensor an order, or None; kept for the reader."""

    def __init__(
        self, trie: Trie, probs: list[Tensor], weights: list[Tensor], discounts: list[Tensor] | None = None
    ) -> None:
        super().__init__(trie)
        self.probs = probs
        self.weights = weights
        self.discounts = discounts

    def window_probs(self, ids: Tensor) -> Tensor:
        n = self.order
        nodes = self.trie.nodes(ids)
        p = self.probs[0][nodes[0][..., n - 1 :]]  # (..., T-n+1)
        for k in range(2, n + 1):
            gram = nodes[k - 1][..., n - k :]  # (..., T-n+1) the k-gram that ends in each scored word
            context = nodes[k - 2][..., n - k : -1]  # (..., T-n+1) the same without that word
            p = at(self.probs[k - 1], gram, p * at(self.weights[k - 2], context, 1.0))
        return p

    def next_probs(self, context: Tensor) -> Tensor:
        nodes = self.trie.nodes(context) if self.order > 1 else []
        p = self.probs[0].expand(len(context), -1).clone()  # (B, V)
        for k in range(2, self.order + 1):
            node = nodes[k - 2][:, -1]  # (B,) row of the last k-1 words
            p *= at(self.weights[k - 2], node, 1.0)[:, None]
            place, row, word = self.trie.children(k, node)  # (M,)
            p[place, word] = self.probs[k - 1][row]
        return p
