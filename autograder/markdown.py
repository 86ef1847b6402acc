"""Markdown of hints and diagnoses as safe HTML: raw HTML is escaped, `$...$` stays for the notebook to typeset."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, renderer=_formula, double_inline=True)
    return parser


def _formula(content: str, options: dict[str, Any]) -> str:
    around = "$$" if options.get("display_mode") else "$"
    return around + escape(content) + around


def to_html(text: str) -> str:
    """Paragraphs, lists, emphasis, code, links, formulas."""
    return str(_parser().render(text)).strip()


def code(text: str) -> str:
    """Text as a piece of code in Markdown, whatever backticks it holds."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


def plain(text: str) -> str:
    """Text in which nothing is markup for Markdown."""
    return re.sub(r"([\\`*_\[\]<>$#|~])", r"\\\1", text)


def unescaped(text: str) -> str:
    """Markdown without the backslashes of `plain`, to be read as it stands."""
    return re.sub(r"\\([\\`*_\[\]<>$#|~])", r"\1", text)


def to_line(text: str) -> str:
    """The same without a paragraph around it, for one line of text."""
    return str(_parser().renderInline(text))
