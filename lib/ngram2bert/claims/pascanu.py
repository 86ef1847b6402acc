"""How the gradient shrinks or grows with distance: the spectral radius, and bounds for tanh.

    norms = run()                 # about a second
    print(norms.table())
    print(wrong())               # why it is not the largest singular value
    committed().plot()            # ten seeds, from `ngram2bert claims 05`

Source: Pascanu, Mikolov & Bengio 2013, section 2.1; Bengio, Simard & Frasconi 1994.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..rnn import jacobian_norms, orthogonal, spectral_radius, unroll
from .norms import Curve, Norms
from .record import committed as _committed

RADII = (0.8, 0.9, 1.0, 1.1, 1.2)
UNITS, STEPS = 64, 80


def run(radii: Sequence[float] = RADII, h: int = UNITS, steps: int = STEPS, seeds: Sequence[int] = (1, 2, 3)) -> Norms:
    """Gaussian W_h, brought to each spectral radius; inputs are noise; the same states for all distances.

    radii: of W_h; h: units; steps: the longest distance. One curve a radius and seed, float64.
    """
    return Norms([curve(radius, h, steps, seed) for radius in radii for seed in seeds])


def curve(radius: float, h: int, steps: int, seed: int) -> Curve:
    """One matrix: its linear and its tanh network over the same inputs."""
    generator = torch.Generator().manual_seed(seed)
    W = torch.randn(h, h, dtype=torch.float64, generator=generator)
    W *= radius / spectral_radius(W)
    xs = torch.randn(steps + 1, 1, h, dtype=torch.float64, generator=generator)  # (T, 1, m)
    params = {"W_x": 0.5 * torch.eye(h, dtype=torch.float64), "W_h": W, "b": torch.zeros(h, dtype=torch.float64)}
    hs = unroll(params, xs, torch.zeros(1, h, dtype=torch.float64))[:, 0]  # (T, h)
    linear = jacobian_norms(W, hs, linear=True)  # (T,)
    low, high = bounds(W, hs)
    return Curve(
        radius=radius,
        seed=seed,
        stretch=float(torch.linalg.matrix_norm(W, ord=2)),
        linear=linear.tolist(),
        tanh=jacobian_norms(W, hs).tolist(),
        low=low.tolist(),
        high=high.tolist(),
    )


def bounds(W: Tensor, hs: Tensor) -> tuple[Tensor, Tensor]:
    """Below and above the norm of dh_T/dh_{T-k}: products of the smallest and largest singular values of its factors.

    W (h, h), hs (T, h). Returns two tensors (T,), k = 0 .. T-1.
    """
    D = 1 - hs.flip(0)[:-1] ** 2  # (T-1, h) the last step first
    s = torch.linalg.svdvals(D[:, :, None] * W)  # (T-1, h), the largest first
    one = torch.ones(1, dtype=W.dtype)
    return torch.cat([one, s[:, -1].cumprod(0)]), torch.cat([one, s[:, 0].cumprod(0)])


def one_way(h: int = 8, radius: float = 0.5, stretch: float = 8.0) -> Tensor:
    """A matrix far from normal: every eigenvalue is `radius`, yet one step may stretch by about `stretch`."""
    W = radius * torch.eye(h, dtype=torch.float64)
    W[0, -1] = stretch
    return W


def wrong(steps: int = 40) -> str:
    """Two matrices whose singular values mislead, their norms by distance as a table."""
    generator = torch.Generator().manual_seed(1)
    turning = 0.9 * orthogonal(torch.randn(8, 8, dtype=torch.float64, generator=generator))
    lines = ["                     spectral radius   largest singular value      norm of W^k at k = " + _KS]
    for name, W in (("one way only", one_way()), ("0.9 x orthogonal", turning)):
        norms = jacobian_norms(W, torch.zeros(steps + 1, len(W), dtype=torch.float64), linear=True)
        told = "".join(f"{float(norms[k]):9.2g}" for k in map(int, _KS.split(", ")))
        lines.append(f"{name:21}{spectral_radius(W):15.2f}{float(torch.linalg.matrix_norm(W, ord=2)):25.2f}{told:>45}")
    return "\n".join(lines)


_KS = "1, 2, 5, 20, 40"


def committed() -> Norms:
    """The curves that `ngram2bert claims 05` recorded. Raises FileNotFoundError where there are none."""
    return Norms.from_data(_committed("05-gradient-norms")["data"]["norms"])
