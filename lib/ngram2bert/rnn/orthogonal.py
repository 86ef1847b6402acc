"""Weights that turn and never stretch: every power of them has norm 1."""

from __future__ import annotations

import torch
from torch import Tensor


def orthogonal(A: Tensor) -> Tensor:
    """The orthogonal matrix Q of A = Q R, where R is upper triangular with a *positive* diagonal.

    With that diagonal there is one such Q only. Of a matrix of independent standard normal numbers, it is drawn
    uniformly from all orthogonal matrices (Haar's measure); with the signs as a library leaves them, it is not.

    A: (h, h), of full rank. Returns Q (h, h), Q^T Q = I.
    Source: Mezzadri 2007, "A correct and efficient algorithm"; Saxe, McClelland & Ganguli 2014 (first weights).
    """
    Q, R = torch.linalg.qr(A)
    return Q * R.diagonal().sign()  # the columns turned round where R's diagonal is negative
