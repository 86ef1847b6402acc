"""Seeded material for cases: small readable calls, the same values on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import torch

T = TypeVar("T")


def ramp(*shape: int, dtype: torch.dtype = torch.float64, start: float = 0.0) -> torch.Tensor:
    """Hand-made numbers without symmetry, the same everywhere: no two equal, no constant row, mean not 0, size about 1.

    shape  of the result; start: another start gives other numbers
    """
    count = 1
    for n in shape:
        count *= n
    steps = torch.arange(count, dtype=torch.float64) + 1 + start
    return (torch.sin(steps * 1.3) + 0.5 * torch.cos(steps * steps * 0.37) + 0.1).reshape(shape).to(dtype)


class Draw:
    """A seeded source of random case material. `touched` tells whether anything has been drawn yet.

    A case yielded before anything was drawn is hand-made: it does not depend on the seed.
    """

    def __init__(self, seed: int | str):
        digest = hashlib.sha256(str(seed).encode()).digest()
        self._generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        self.touched = False

    @property
    def generator(self) -> torch.Generator:
        """The torch.Generator behind every draw."""
        self.touched = True
        return self._generator

    def below(self, n: int) -> int:
        """An integer of 0 .. n-1."""
        return int(torch.randint(n, (), generator=self.generator))

    def between(self, low: float, high: float) -> float:
        """A number, uniform between low and high."""
        return low + (high - low) * float(torch.rand((), generator=self.generator, dtype=torch.float64))

    def integers(self, *shape: int, low: int = 0, high: int) -> torch.Tensor:
        """An int64 tensor of the shape with entries low .. high-1."""
        return torch.randint(low, high, shape, generator=self.generator)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Standard normal numbers, drawn in float64 and then rounded to dtype."""
        return torch.randn(shape, generator=self.generator, dtype=torch.float64).to(dtype)

    def uniform(self, *shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Numbers uniform on [0, 1)."""
        return torch.rand(shape, generator=self.generator, dtype=torch.float64).to(dtype)

    def probabilities(self, *shape: int) -> torch.Tensor:
        """Rows of the last axis are positive and sum to one (float64)."""
        weights = -torch.log1p(-self.uniform(*shape))
        return weights / weights.sum(-1, keepdim=True)

    def counts(self, *shape: int) -> torch.Tensor:
        """Counts as text has them: int64, most of them 0 or 1, a few large."""
        u = self.uniform(*shape)
        return ((1 / (1 - u * 0.99)).floor().long() - 1) * (self.uniform(*shape) < 0.8)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in random order."""
        return [items[i] for i in torch.randperm(len(items), generator=self.generator).tolist()]

    def weights(self, dtype: torch.dtype = torch.float64, **shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
        """Named normal weights for the probe `module`; write `__` for the dot of a name."""
        return {name.replace("__", "."): self.normal(*shape, dtype=dtype) for name, shape in shapes.items()}
