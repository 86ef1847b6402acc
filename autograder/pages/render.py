"""Markdown and outputs as HTML for a page: rendered first, cleaned afterwards: a renderer's slip does no harm."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.markdown import to_html
from autograder.pages import clean, words
from autograder.pages.allowed import MAX_TEXT
from autograder.pages.formula import mathml

ATTACHED = re.compile(r'src="attachment:([\w.-]{1,80})"')
ELSEWHERE = re.compile(r'<img src="(?!data:image/)[^"]*" alt="([^"]*)"[^>]*>')
ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])|\x1b")


def typeset(source: object, attachments: Mapping[str, Any] | None = None) -> str:
    """The same as `markdown`, its formulas as MathML, for pages in which nothing runs."""
    made: list[str] = []
    hole = secrets.token_hex(8)  # what a learner cannot write

    def keep(tex: str, options: Mapping[str, Any]) -> str:
        made.append(mathml(tex, bool(options.get("display_mode"))))
        return f"{hole}-{len(made) - 1}-"

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, renderer=keep, double_inline=True)
    body = _cleaned(parser.render(words.text(source, MAX_TEXT)), attachments)
    return re.sub(f"{hole}-([0-9]+)-", lambda found: made[int(found[1])], body)


def markdown(source: object, attachments: Mapping[str, Any] | None = None) -> str:
    """Markdown as harmless HTML. Raw HTML in it is shown as text; `$...$` stays as it is.

    attachments  the cell's own pictures, by name
    """
    return _cleaned(to_html(words.text(source, MAX_TEXT)), attachments)


def _cleaned(made: str, attachments: Mapping[str, Any] | None) -> str:
    made = ATTACHED.sub(lambda found: _attached(found[1], attachments or {}), made)
    return clean.html(ELSEWHERE.sub(r"[picture: \1]", made))


@pass_context
def markdown_filter(context: Context, source: str) -> str:
    """`markdown2html` for nbconvert's templates; nbgrader_config.py names it for the formgrader's pages."""
    cell = context.get("cell") or {}
    return markdown(source, cell.get("attachments"))


def outputs(found: Sequence[Mapping[str, Any]]) -> str:
    """A cell's outputs, those of an untrusted notebook included, as HTML."""
    return "".join(map(_output, clean.outputs(list(found))))


def plain(text: str) -> str:
    """Text of a terminal as it stands, without colours."""
    return f'<pre tabindex="0">{escape(ESCAPES.sub("", text))}</pre>'


def _output(output: Mapping[str, Any]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        name = ' class="stderr"' if output["name"] == "stderr" else ""
        return f"<div{name}>{plain(output['text'].rstrip())}</div>" if output["text"].strip() else ""
    if kind == "error":
        said = "\n".join(output["traceback"]).strip() or f"{output['ename']}: {output['evalue']}"
        return f'<div class="stderr">{plain(said)}</div>'
    data = output["data"]
    for mime in ("image/png", "image/jpeg"):
        if mime in data:
            sizes = output["metadata"].get(mime, {})
            size = "".join(f' {side}="{sizes[side]}"' for side in sorted(sizes))
            alt = escape(data.get("text/plain", "a picture")[:120])
            return f'<img src="data:{mime};base64,{data[mime]}" alt="{alt}"{size}>'
    if "text/html" in data:
        return f'<div class="html">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return f'<div class="text">{typeset(data["text/markdown"])}</div>'
    return plain(data["text/plain"])


def _attached(name: str, attachments: Mapping[str, Any]) -> str:
    given = attachments.get(name)
    for mime, data in (given if isinstance(given, Mapping) else {}).items():
        if mime in ("image/png", "image/jpeg"):
            return f'src="data:{mime};base64,{escape("".join(clean.joined(data).split()))}"'
    return 'src=""'
