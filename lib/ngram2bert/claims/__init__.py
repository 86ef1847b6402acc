"""Claims of papers, measured on our data: orderings, curves and relative changes, with seeds and spread.

A notebook runs the short form (`chen_goodman.run`, `characters.run`); `ngram2bert claims` runs the long one and writes
what came out to `results/`, where the notebook finds it again:

    from ngram2bert.claims import characters
    characters.committed()

A long claim is a module with NAME, TITLE, `measure()`, which returns plain data, and `report(data)`, Markdown. LONG
says which chapter has which.
"""

from __future__ import annotations

import importlib
from types import ModuleType

LONG = {
    "01": ("long_chen_goodman", "long_characters"),
    "02": ("long_taggers", "long_vowels", "long_hmm_lm"),
    "03": ("long_bengio", "long_window_tagger"),
    "04": ("long_levy",),
    "05": ("long_pascanu", "long_recall", "long_layer_norm", "long_truncation"),
    "06": ("long_stateful", "long_adding", "long_recurrent_race", "twenty_history"),
}


def of_chapter(chapter: str) -> list[ModuleType]:
    """The long claims of a chapter, by its number. Raises KeyError where it has none."""
    if chapter not in LONG:
        raise KeyError(f"chapter {chapter} has no claims; {', '.join(LONG)} have")
    return [importlib.import_module(f"{__name__}.{module}") for module in LONG[chapter]]
