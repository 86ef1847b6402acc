"""A plain tokeniser for text that comes as running words: one regular expression, no model, no exceptions list."""

from __future__ import annotations

import re
from itertools import pairwise

# A word keeps its inner apostrophes and hyphens ("don't", "well-made"), a number its inner point or comma ("3.5");
# every other mark that is not a space is a token of its own.
TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['\u2019-][^\W_]+)*|[^\w\s]|_")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)  # the one HTML tag that IMDb's reviews hold in number
# The space after a full stop, with the quotes and brackets that may close the one sentence and open the next.
SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(\s+)(?=[\"'\u201c\u2018(\[]*[A-Z0-9\u00c0-\u00de])")


def tokenize(text: str, lower: bool = True) -> tuple[str, ...]:
    """The tokens of a text.

    >>> tokenize("Don't miss it:<br />a well-made, 3.5-star film!")
    ("don't", 'miss', 'it', ':', 'a', 'well-made', ',', '3.5', '-', 'star', 'film', '!')
    """
    if "<" in text:
        text = BREAK.sub(" ", text)
    return tuple(TOKEN.findall(text.lower() if lower else text))


def split_sentences(text: str) -> list[str]:
    """Cut running text after `.`, `!` or `?` where a space and a capital or a digit follow.

    Rough on purpose: it errs after abbreviations ("Mr. Smith" is cut). One sentence a line avoids it.
    """
    text = " ".join(text.split())
    cuts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    return [piece for start, stop in pairwise(cuts) if (piece := text[start:stop].strip())]
