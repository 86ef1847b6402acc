"""Logistic regression: one layer, a softmax, and the gradient that all later chapters grow from."""

import torch
from torch import Tensor

from .log_space import log_sum_exp
from .softmax import softmax


def loss_and_gradients(weight: Tensor, bias: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of a batch, and how it changes with each weight.

        s_b = W x_b + c,    p_b = softmax(s_b)
        loss = 1/B sum over b of (log sum over j of exp(s_bj) - s_b[y_b])      that is -log p_b[y_b]
        d loss / d s_bk = (p_bk - [k = y_b]) / B
        d loss / d W_kv = sum over b of (d loss / d s_bk) x_bv,      d loss / d c_k = sum over b of d loss / d s_bk

    weight: W (K, V); bias: c (K,); x: (B, V), one text a row; y: (B,) int64, the right class 0 .. K-1 of each.
    Returns the loss in nats (a 0-d tensor), d loss / d W (K, V) and d loss / d c (K,).
    Source: Bishop 2006, section 4.3.4.
    """
    rows = torch.arange(len(y))
    scores = x @ weight.T + bias  # (B, K)
    loss = (log_sum_exp(scores, 1) - scores[rows, y]).mean()
    error = softmax(scores, 1)  # (B, K)
    error[rows, y] -= 1
    error /= len(y)
    return loss, error.T @ x, error.sum(0)
