"""Python source with a few colours, without a formatter of somebody else's: five classes, everything escaped."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import Any

CLASSES = (
    ("Token.Comment", "c"),
    ("Token.Literal.String", "s"),
    ("Token.Literal.Number", "m"),
    ("Token.Keyword", "k"),
    ("Token.Operator.Word", "k"),
    ("Token.Name.Function", "f"),
    ("Token.Name.Class", "f"),
)
MAX_COLOURED = 20_000  # characters; longer text stays plain


@cache
def _lexer() -> Any:
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


@cache
def _class(token: Any) -> str:
    name = str(token)
    return next((short for long, short in CLASSES if name == long or name.startswith(long + ".")), "")


@lru_cache(maxsize=512)  # most cells of a class are the course's own
def listing(source: str) -> str:
    """A <pre> element."""
    if len(source) > MAX_COLOURED:
        return f'<pre tabindex="0">{escape(source)}</pre>'
    pieces = []
    for token, value in _lexer().get_tokens(source):
        kind = _class(token)
        pieces.append(f'<span class="{kind}">{escape(value)}</span>' if kind else escape(value))
    return f'<pre tabindex="0">{"".join(pieces)}</pre>'
