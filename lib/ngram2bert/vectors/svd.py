"""Short vectors from a long table: the best m directions, and no training."""

from __future__ import annotations

import torch
from torch import Tensor


def svd_vectors(M: Tensor, m: int, power: float = 0.5) -> Tensor:
    """Word vectors of length m from a table with a row a word.

        M = U S V^T,    vectors = U_m S_m^power

    U_m holds the m left singular vectors with the largest singular values S_m, the largest first. Power 1 keeps the dot
    products of the best approximation of rank m; 0 gives all directions the same weight; 0.5 lies between. The sign of
    a column is free.

    M: (V, V), need not be symmetric; m: at most V. Returns (V, m), of M's dtype.
    Source: Levy, Goldberg & Dagan 2015, sections 2.2 and 3.3; Eckart & Young 1936.
    """
    U, S, _ = torch.linalg.svd(M)
    return U[:, :m] * S[:m] ** power
