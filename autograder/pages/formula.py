"""Formulas of a page as MathML, which a browser sets by itself: no script, nothing fetched.

What a converter makes of a learner's TeX is not trusted either: the tree is made anew from elements and attributes
that can only be read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

from autograder.pages import words

ELEMENTS = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd"),
        *("msub", "msup", "msubsup", "mover", "munder", "munderover", "mspace"),
    )
)
ATTRIBUTES = {  # and what they may say
    **dict.fromkeys(("stretchy", "fence", "accent", "separator"), r"true|false"),
    **dict.fromkeys(("form", "display", "mathvariant", "columnalign"), r"[a-z -]{1,40}"),
    "width": r"[0-2](\.\d+)?em",
    "linethickness": r"0",
}
LONGEST = 600  # characters of one formula
DEEPEST = 40


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool = False) -> str:
    """The formula as MathML; its TeX as code where it cannot be set."""
    from latex2mathml.converter import convert_to_element

    if len(tex) <= LONGEST and words.formulas(tex) == tex:
        try:
            made = _anew(convert_to_element(tex, display="block" if display else "inline"), DEEPEST)
            made.set("class", "formula")
            return tostring(made, encoding="unicode", short_empty_elements=False)
        except Exception:  # the converter has an exception of its own for each mistake in TeX
            pass
    around = "$$" if display else "$"
    return f"<code>{escape(around + tex + around)}</code>"


def _anew(element: Element, depth: int) -> Element:
    """The element without anything that is not allowed; raises ValueError where that would change the formula."""
    if element.tag not in ELEMENTS or depth == 0:
        raise ValueError(f"<{element.tag}> is not set")
    said = {name: value for name, value in element.attrib.items() if re.fullmatch(ATTRIBUTES.get(name, "(?!)"), value)}
    made = Element(element.tag, said)
    made.text = unescape(element.text or "")
    made.extend(_anew(inner, depth - 1) for inner in element)
    return made
