"""What learners play with: each widget calls the learner's own function. Imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .discounts import discount_explorer
    from .gates import gate_explorer
    from .gradients import gradient_explorer
    from .neighbourhood import neighbourhood_explorer
    from .neighbours import Snapshot, neighbour_explorer
    from .ngrams import ngram_explorer
    from .trellis import trellis_explorer

_WHERE = {
    "Snapshot": "neighbours",
    "discount_explorer": "discounts",
    "gate_explorer": "gates",
    "gradient_explorer": "gradients",
    "neighbour_explorer": "neighbours",
    "neighbourhood_explorer": "neighbourhood",
    "ngram_explorer": "ngrams",
    "trellis_explorer": "trellis",
}

__all__ = [
    "Snapshot",
    "discount_explorer",
    "gate_explorer",
    "gradient_explorer",
    "neighbour_explorer",
    "neighbourhood_explorer",
    "ngram_explorer",
    "trellis_explorer",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"there is no widget {name!r}; there are {', '.join(_WHERE)}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
