"""Jelinek-Mercer: mix the orders, and let text that training did not hold choose the weights.

One weight an order, the same after every context. Jelinek and Mercer give frequent contexts weights of their own.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..tables import by_context, lookup
from .mle import mle


def order_probs(tables: list[tuple[Tensor, Tensor]], query: Tensor, size: int) -> Tensor:
    """The maximum-likelihood probability of the last word under every order, side by side.

        p_0 = 1/V,    p_k = the relative frequency of w after its last k-1 words, k = 1 .. n

    Where training never saw those k-1 words there is no p_k; column k then repeats column k-1. So each column is a
    distribution over w whatever the context, and so is each mixture of columns.

    tables: for each order k = 1 .. n the pair `grams` (U_k, k), `counts` (U_k,); query: (Q, n); size: V, without
    `<s>`. Returns (Q, n+1) float64, column k the order k.
    Source: Jelinek & Mercer 1980; Chen & Goodman 1999, section 2.3.
    """
    columns = [torch.full((len(query),), 1 / size, dtype=torch.float64)]
    for k, (grams, counts) in enumerate(tables, start=1):
        part = query[:, -k:]  # (Q, k)
        contexts, totals = by_context(grams, counts)
        seen = lookup(contexts, totals, part[:, :-1]) > 0  # (Q,)
        columns.append(torch.where(seen, mle(grams, counts, part), columns[-1]))
    return torch.stack(columns, dim=1)  # (Q, n+1)


def em_weights(probs: Tensor, counts: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """The mixture weights that make held-out text likely, by expectation-maximisation.

        E: r_tk = w_k p_tk / sum over j of w_j p_tj        how likely model k was the one that spoke at token t
        M: w_k  = sum over t of c_t r_tk / sum over t of c_t

    It starts from equal weights. The bits never rise. On the training text itself the highest order would take all.

    probs: (T, K), row t what each of the K models gives to held-out token t, no row all 0; counts: (T,) how often
    token t occurs; steps: number of updates. Returns `weights` (K,) which sum to one, and `bits` (steps,): bits a
    token of the mixture before each update. Both float64.
    Source: Jelinek & Mercer 1980; Dempster, Laird & Rubin 1977.
    """
    probs = probs.double()
    share = counts.double() / counts.sum()  # (T,)
    weights = torch.full((probs.shape[1],), 1 / probs.shape[1], dtype=torch.float64)  # (K,)
    bits = []
    for _ in range(steps):
        joint = weights * probs  # (T, K)
        mixed = joint.sum(dim=1)  # (T,)
        bits.append(-float(share @ mixed.log2()))
        weights = share @ (joint / mixed[:, None])  # (K,)
    return weights, torch.tensor(bits, dtype=torch.float64)
