"""Draw twice from the same seed and once from another: the rows of the first are tested against the exact law.

seed  of the torch.Generator handed to the learner's function as `generator`
"""

from __future__ import annotations

TYPE_CHECKING = False  # at run time torch, np and math are given
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import torch


def probe(target: Callable[..., torch.Tensor], seed: int, **case: Any) -> dict[str, torch.Tensor]:
    def draw(s: int) -> torch.Tensor:
        return target(**case, generator=torch.Generator().manual_seed(s))

    return {"draws": draw(seed), "again": draw(seed), "other": draw(seed + 1)}
