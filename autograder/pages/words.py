"""Text that comes from a learner, made inert for whatever reads it next: an HTML parser, Markdown, MathJax, a terminal.

Parsers of Markdown differ, and so no parser decides here. A character that nobody sees is put where a dangerous
sequence of characters begins: the text reads as before and means nothing to any of them.
"""

from __future__ import annotations

import re

from autograder.pages.allowed import TEX

GAP = "\u2060"  # WORD JOINER: no width, no line break
# Control characters but tab, newline and escape; marks that turn the direction of writing; lone surrogates.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp);)(?=[#A-Za-z])")
WORD = re.compile(r"\\(?=([A-Za-z]+)|[\[\]()])")
PICTURE = re.compile(r"!(?=\[)(?!\[[^\[\]\n]{0,200}\]\(attachment:[\w.-]{1,80}\))")
SCRIPT = re.compile(r"(?i)\b(javascript|vbscript|livescript|data|blob|file)(?=[\s\\]*:)")
# The end of a link's text, where what follows is no web page, no place in this page and no picture of the cell.
LINK = re.compile(r"(?i)\](?=\s*[(:])(?!\s*[(:]\s*(?:https?://|mailto:|#[\w-]*\)|attachment:[\w.-]{1,80}\)))")


def text(value: object, limit: int) -> str:
    """A text or a notebook's list of lines as one string, without unseen characters, at most `limit` long."""
    joined = "".join(map(str, value)) if isinstance(value, list) else str(value)
    whole = UNSEEN.sub("", joined[: 2 * limit].replace("\r\n", "\n").replace("\r", "\n"))
    if len(joined) <= limit:
        return whole
    return f"{whole[:limit]}\n[... {len(joined) - limit} more characters are left out here]"


def formulas(source: str) -> str:
    """The same text, in which MathJax knows no words but those of the list."""
    return WORD.sub(lambda found: "\\" if found[1] is None or found[1] in TEX else "\\" + GAP, source)


def markdown(source: str) -> str:
    """The same Markdown, in which HTML is text, pictures come from the cell only, and links lead to web pages."""
    for pattern in (TAG, ENTITY, PICTURE, SCRIPT, LINK):
        source = pattern.sub(lambda found: found[0] + GAP, source)
    return formulas(source)
