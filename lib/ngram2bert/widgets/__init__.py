"""What learners play with: each widget calls the learner's own function. Imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .discounts import discount_explorer
    from .ngrams import ngram_explorer

_WHERE = {"discount_explorer": "discounts", "ngram_explorer": "ngrams"}

__all__ = ["discount_explorer", "ngram_explorer"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"there is no widget {name!r}; there are {', '.join(_WHERE)}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
