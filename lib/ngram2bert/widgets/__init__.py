"""What learners play with: each widget calls the learner's own function. Imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .discounts import discount_explorer
    from .neighbours import Snapshot, neighbour_explorer
    from .ngrams import ngram_explorer
    from .trellis import trellis_explorer

_WHERE = {
    "Snapshot": "neighbours",
    "discount_explorer": "discounts",
    "neighbour_explorer": "neighbours",
    "ngram_explorer": "ngrams",
    "trellis_explorer": "trellis",
}

__all__ = ["Snapshot", "discount_explorer", "neighbour_explorer", "ngram_explorer", "trellis_explorer"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"there is no widget {name!r}; there are {', '.join(_WHERE)}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
