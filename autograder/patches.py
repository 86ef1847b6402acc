"""Patches: a wrong solution is the right one with a few characters changed, outside its docstrings."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from autograder.errors import DeclarationError


def patched(source: str, changes: Mapping[str, str], what: str) -> str:
    """The text with each {old: new} made; where `old` does not stand once, DeclarationError that begins with `what`."""
    for old, new in changes.items():
        places = [i for i in range(len(source)) if source.startswith(old, i) and not _in_docstring(source, i)]
        if len(places) != 1:
            raise DeclarationError(
                f"{what} must match once, but {old!r} stands {len(places)} times in the solution's code; "
                "quote more or less of the line"
            )
        source = source[: places[0]] + new + source[places[0] + len(old) :]
    return source


def _in_docstring(source: str, place: int) -> bool:
    """Docstrings quote the equation, and a patch must not match there."""
    return any(start <= place < end for start, end in docstring_spans(source))


@lru_cache(maxsize=2048)
def docstring_spans(source: str) -> list[tuple[int, int]]:
    """(start, end) of every docstring, in characters; none where the text does not compile."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    spans = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, clean=False) is not None:
            quoted = node.body[0]
            spans.append((starts[quoted.lineno - 1], starts[quoted.end_lineno or quoted.lineno]))
    return spans
