"""Why gradients vanish and explode: the product of the Jacobians between two steps."""

from __future__ import annotations

import torch
from torch import Tensor


def jacobian_norms(W_h: Tensor, hs: Tensor, linear: bool = False) -> Tensor:
    """How much of a small change of the state k steps ago still arrives at the last state, at most.

        dh_T/dh_{T-k} = J_T J_{T-1} .. J_{T-k+1},    J_t = diag(1 - h_t^2) W_h

    In a linear network, h_t = W_x x_t + W_h h_{t-1} + b, every J_t is W_h itself and the product is its k-th power.

    W_h: (h, h); hs: (T, h), the states h_1 .. h_T of one sequence, T of 1 or more; linear: without tanh.
    Returns (T,): the largest singular values of dh_T/dh_{T-k} for k = 0 .. T-1; the first is 1.
    Source: Pascanu et al. 2013, section 2.1, equation 5; Bengio, Simard & Frasconi 1994.
    """
    J, norms = torch.eye(len(W_h), dtype=W_h.dtype), []
    for h in hs.flip(0):  # the last state first
        norms.append(torch.linalg.matrix_norm(J, ord=2))
        J = J @ W_h if linear else J @ ((1 - h**2)[:, None] * W_h)  # (h, h)
    return torch.stack(norms)


def spectral_radius(W: Tensor) -> float:
    """The largest absolute value among the eigenvalues, complex ones too.

    A real matrix may turn as well as stretch, and then its eigenvalues come in complex pairs. W^k grows or shrinks like
    the k-th power of this number in the long run; the largest singular value bounds each single step, and may be
    another number unless W W^T = W^T W.

    W: (h, h), h of 1 or more.
    Source: Pascanu et al. 2013, section 2.1.
    """
    return torch.linalg.eigvals(W).abs().max().item()  # (h,) complex
