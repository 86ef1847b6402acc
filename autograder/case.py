"""What a declaration is made of: cases to call, and other ways to write the solution."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder import wire


@dataclass(frozen=True)
class Variant:
    """Another way to write the exercise: a mistake, where `told` says what to tell its author, or a right way."""

    name: str
    source: str
    told: str = ""


@dataclass(frozen=True)
class Case:
    """One call. `label` names the part that it belongs to and never leaves the checker."""

    label: str
    arguments: dict[str, Any]
    handmade: bool

    def fresh(self) -> dict[str, Any]:
        """A deep copy of the arguments: a call may change them."""
        return copy.deepcopy(self.arguments)

    @cached_property
    def encoded(self) -> bytes:
        """The arguments as they go to a child: made once, for a whole class."""
        return wire.encode(self.arguments)
