"""All pairs at once: broadcasting in place of two loops."""

from torch import Tensor


def total_variation(p: Tensor, q: Tensor) -> Tensor:
    """How far apart two distributions are: the share of the mass that would have to move, for every pair of rows.

        d_nm = 1/2 sum over v of |p_nv - q_mv|

    0 where the rows are equal, 1 where no word has a share in both.

    p: (N, V), q: (M, V), the rows of both sum to one. Returns (N, M), of which entry n, m compares row n of p with row
    m of q.
    Source: Levin & Peres 2017, "Markov Chains and Mixing Times", proposition 4.2.
    """
    gap = p[:, None, :] - q[None, :, :]  # (N, M, V)
    return 0.5 * gap.abs().sum(dim=-1)  # (N, M)
