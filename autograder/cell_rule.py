"""The cell rule, as far as the text of one cell decides it: what of it runs, and which names it defines."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

LITERALS = (ast.Constant, ast.Lambda, ast.Name)
KEPT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
GRADER = "autograder"


def imports(source: str) -> list[str]:
    """The imports at the top level of a cell, one a text: one that is refused must not cost the others.

    Those of the autograder are left out: it is for the kernel, and closed in grading.
    """
    tree = _parsed(source)
    body = [] if tree is None else tree.body
    return [ast.unparse(node) for node in body if isinstance(node, IMPORTS) and not _of_grader(node)]


def running(source: str) -> str:
    """All that runs of a learner's own cell, as one text."""
    return "\n".join([*imports(source), definitions(source)])


def without_grader(source: str) -> str:
    """A cell without its imports of the autograder; lines keep their numbers."""
    if GRADER not in source:
        return source
    tree = _parsed(source)
    if tree is None:
        return source
    lines = source.split("\n")
    for node in tree.body:
        if _of_grader(node):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines)


def _of_grader(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == GRADER
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == GRADER for alias in node.names)


def definitions(source: str) -> str:
    """What runs of a learner's own cell beside imports: functions, classes, names given to literals or lambdas.

    '' where the cell does not parse, or is too deep to be looked through. Lines keep their numbers.
    """
    tree = _parsed(source)
    try:
        return "" if tree is None else _kept(tree, source)
    except RecursionError:
        return ""


def _kept(tree: ast.Module, source: str) -> str:
    lines = source.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + lines[-1:]  # not splitlines: a form feed ends no line of Python
    kept = [node for node in tree.body if isinstance(node, KEPT) or _plain_assignment(node)]
    out, line = [], 1
    for node in kept:  # blank lines stand for what is left out, so that line numbers stay the learner's
        start = min([node.lineno, *[d.lineno for d in getattr(node, "decorator_list", [])]])
        end = node.end_lineno or node.lineno
        if start < line:  # a second statement on one line: a; b
            out.append(ast.unparse(node) + "\n")
            continue
        alone = node.col_offset == 0 or bool(getattr(node, "decorator_list", []))
        text = "".join(lines[start - 1 : end])
        if not alone or _shares_line(tree, node, end):
            text = ast.unparse(node) + "\n"
        out.append("\n" * (start - line) + text + ("" if text.endswith("\n") else "\n"))
        line = end + 1
    return "".join(out)


def _shares_line(tree: ast.Module, node: ast.stmt, end: int) -> bool:
    return any(
        other is not node and other.lineno <= end and (other.end_lineno or other.lineno) >= node.lineno
        for other in tree.body
    )


def _plain_assignment(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is not None and _literal(node.value)
    return isinstance(node, ast.Assign) and _literal(node.value)


def _literal(node: ast.expr) -> bool:
    if isinstance(node, LITERALS):
        return True
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(map(_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(key is not None and _literal(key) for key in node.keys) and all(map(_literal, node.values))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, (ast.USub, ast.UAdd)) and _literal(node.operand)
    return isinstance(node, ast.Attribute) and _literal(node.value)


def defined(source: str) -> set[str]:
    """The names that a cell defines at its top level."""
    tree = _parsed(source)
    if tree is None:
        return set(re.findall(r"^(?:def|class)[ \t]{1,9}(\w+)", source, re.MULTILINE))
    body = tree.body
    names = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    return names | {
        t.id for node in body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)
    }


def assigned(source: str) -> set[str]:
    """The names that `=` gives a value at the top level of a cell, those of unpacking included."""
    targets: list[ast.expr] = []
    for node in ast.parse(strip_magics(source)).body:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            targets.append(node.target)
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def strip_magics(source: str) -> str:
    """Blank IPython's own lines (%magic, !shell, ?help), or all after a cell magic. Lines keep their numbers."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if source.lstrip().startswith("%%"):
        return ""
    if _parsed(source) is None:
        return "\n".join(_indent(line) + "pass" if _is_magic(line) else line for line in source.split("\n"))
    return source


def _is_magic(line: str) -> bool:
    """Each look at a line takes time in proportion to it: a submission may hold lines without end."""
    text = line.strip()
    if text.startswith(("%", "!", "?")) or re.match(r"\w+[ \t]{0,9}=[ \t]{0,9}[%!]", text):
        return True
    asked = text.rstrip("?")
    return len(text) - len(asked) in (1, 2) and asked != "" and asked[-1] not in "=!<> \t"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


@lru_cache(maxsize=2)  # one cell is looked at from several sides
def _parsed(source: str) -> ast.Module | None:
    """The tree of a cell; None where it is no Python, or too deep to be read."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
