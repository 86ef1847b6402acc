"""Put nbgrader's marks around what a learner is to write: each function's body after its docstring."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from autograder.errors import DeclarationError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Region = tuple[int, int, str]  # first and last line from 1, indentation


def marked(source: str, given: Collection[str] = ()) -> str:
    """The text of a function or class with marks around each body; signatures, docstrings and fields stay outside.

    given: the methods that a learner need not write. Raises DeclarationError where it names none of the class, where
    a body stands on the line of its `def`, or where nothing is left to write.
    """
    lines, tree = source.rstrip("\n").split("\n"), ast.parse(source)
    methods = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}
    if unknown := sorted(set(given) - methods):
        raise DeclarationError(f"given names '{unknown[0]}', but the solution has only {', '.join(sorted(methods))}")
    regions = list(_regions(tree.body, given, lines))
    if not regions:
        raise DeclarationError(f"nothing of {lines[0].strip()} is left to write; is every method given?")
    for first, last, indent in reversed(regions):
        lines[last:last] = [indent + END]
        lines[first - 1 : first - 1] = [indent + BEGIN]
    return "\n".join(lines)


def bodies(source: str, given: Collection[str] = ()) -> list[str]:
    """The lines between the marks, without indentation: what no learner's copy may hold."""
    inside, found = False, []
    for line in marked(source, given).split("\n"):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside and line.strip():
            found.append(line.strip())
    return found


def _regions(body: list[ast.stmt], given: Collection[str], lines: list[str]) -> Iterator[Region]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _regions(node.body, given, lines)
        elif isinstance(node, FUNCTIONS) and node.name not in given and (region := _region(node, lines)):
            yield region


def _region(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> Region | None:
    written = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if not written or all(
        isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) and s.value.value is ... for s in written
    ):
        return None  # an abstract method: there is nothing to write
    first = min([written[0].lineno, *(d.lineno for d in getattr(written[0], "decorator_list", []))])
    indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    if len(indent) != written[0].col_offset:
        raise DeclarationError(
            f"the body of {node.name} stands on the line of something else; give it a line of its own"
        )
    signature = node.lineno if written is node.body else node.body[0].end_lineno or node.lineno
    while first - 1 > signature and lines[first - 2].strip()[:1] in ("", "#"):  # a comment above the body belongs to it
        first -= 1
    while not lines[first - 1].strip():
        first += 1
    last = written[-1].end_lineno or written[-1].lineno
    for number in range(last + 1, len(lines) + 1):
        text = lines[number - 1]
        if text.lstrip().startswith("#") and len(text) - len(text.lstrip()) >= len(indent):
            last = number
        elif text.strip():
            break
    return first, last, indent
