"""GloVe: a dot product is to be the logarithm of a count, and frequent pairs matter more, up to a point."""

from __future__ import annotations

from torch import Tensor


def glove_loss(
    C: Tensor,
    O: Tensor,
    b: Tensor,
    d: Tensor,
    X: Tensor,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> Tensor:
    """The weighted squared error over the pairs that came.

        L = sum over i, j with X_ij > 0 of f(X_ij) (C_i . O_j + b_i + d_j - log X_ij)^2
        f(x) = min(1, x / x_max)^alpha

    A pair that never came has no logarithm and is no part of the sum.

    C, O: (V, m); b, d: (V,), the biases of the words and of the contexts; X: (V, V), not negative.
    Returns a tensor of no axes that autograd can go back through, 0 where no pair came.
    Source: Pennington et al. 2014, equations 8 and 9.
    """
    i, j = X.nonzero(as_tuple=True)  # (P,) each
    x = X[i, j]  # (P,)
    error = (C[i] * O[j]).sum(1) + b[i] + d[j] - x.log()  # (P,)
    return ((x / x_max).clamp(max=1) ** alpha * error**2).sum()
