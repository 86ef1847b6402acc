"""Markdown of hints and diagnoses as safe HTML: no raw HTML passes, formulas stay as `$...$` for the notebook to typeset."""

from __future__ import annotations

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


def to_line(text: str) -> str:
    """The same without a paragraph around it, for one line of text."""
    return str(_parser().renderInline(text))
