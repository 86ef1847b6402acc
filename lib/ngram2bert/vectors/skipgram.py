"""Skip-gram with negative sampling: tell the words that stood near from words that did not."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def skipgram_loss(C: Tensor, O: Tensor, centres: Tensor, outputs: Tensor, noise: Tensor) -> Tensor:
    """How badly the pairs are told from the noise, in nats, summed over the batch.

        L = - sum over b of [ log sigmoid(C_c . O_o) + sum over i of log sigmoid(-C_c . O_ni) ]

    c, o and n1 .. nk are the centre, the output and the noise words of row b. Every word has two vectors: its row of C
    where it is the centre, its row of O where it is near one.

    C, O: (V, m), the word vectors and the output vectors; centres, outputs: (B,) int64; noise: (B, k) int64. Finite for
    every finite score. Returns a tensor of no axes that autograd can go back through; a sum, so that each pair pulls as
    hard in a large batch as alone.
    Source: Mikolov et al. 2013b, equation 4.
    """
    v = C[centres]  # (B, m)
    near = (v * O[outputs]).sum(1)  # (B,)
    far = (v[:, None] * O[noise]).sum(2)  # (B, k)
    return -nn.functional.logsigmoid(near).sum() - nn.functional.logsigmoid(-far).sum()


def skipgram_step(C: Tensor, O: Tensor, centre: int, output: int, noise: Tensor, rate: float) -> float:
    """One step of gradient descent on one pair, in place and by hand.

        e_j = sigmoid(C_c . O_j) - [j is the output]        for the output and each noise word j
        C_c <- C_c - rate sum over j of e_j O_j,    O_j <- O_j - rate e_j C_c

    Both tables move from their old values. A noise word that was drawn twice moves twice as far.

    C, O: (V, m), changed in their rows `centre`, and `output` and `noise`; noise: (k,) int64; rate: of the step.
    Returns `skipgram_loss` of the pair before the step, as a plain number.
    Source: Mikolov et al. 2013b, equation 4; the gradient is that of logistic regression, as in chapter 00.
    """
    words = torch.cat([torch.tensor([output]), noise])  # (k+1,)
    loss = skipgram_loss(C, O, torch.tensor([centre]), words[:1], noise[None])
    v = C[centre].clone()  # (m,)
    error = torch.sigmoid(O[words] @ v)  # (k+1,) dL/dscore
    error[0] -= 1
    C[centre] -= rate * (error @ O[words])
    O.index_add_(0, words, -rate * error[:, None] * v)  # (k+1, m) added, also where a word comes twice
    return loss.item()
