"""Which globals does a function lean on, and will they be there when it is graded?

Grading runs the exercises' cells and the given ones. Of a cell that the learner added it keeps imports, definitions and
assignments of literals, lambdas or names; the value of any other expression exists in the kernel alone.
"""

from __future__ import annotations

import ast
import builtins
import dis
import functools
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.cell_rule import running, strip_magics

LITERALS = (type(None), bool, int, float, complex, str, bytes)


@dataclass(frozen=True)
class Leaning:
    """A global that will not exist in grading: `name`, what it is, and the function that uses it."""

    name: str
    kind: str
    user: str


@dataclass(frozen=True)
class CellRule:
    """What is known of the chapter's own cells.

    given    names that given cells bind, or that the exercise provides: they exist
    targets  names that exercises ask for: the cell that defines one runs whole
    skipped  sources of cells that grading skips
    """

    given: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()


def outside(target: Any, space: Mapping[str, Any], cells: Sequence[str], rule: CellRule) -> list[Leaning]:
    """The data that `target` takes from globals, itself or through other functions, and that grading will not have.

    target  the learner's function or class
    space   the notebook's namespace
    cells   the sources of the cells executed so far, in order
    """
    found: dict[str, Leaning] = {}
    seen: set[int] = set()
    queue: list[tuple[Any, str]] = [(target, getattr(target, "__name__", "it"))]
    while queue:
        thing, user = queue.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        for code, own_space, closed_over in _codes(thing):
            for name in _globals(code):
                if own_space is not space or name not in space:
                    continue
                value = space[name]
                if _of_notebook(value):
                    queue.append((value, getattr(value, "__name__", name)))
                elif not _definable(value) and not _survives(name, value, cells, rule):
                    found.setdefault(name, Leaning(name, type(value).__name__, user))
            queue += [(value, user) for value in closed_over if _of_notebook(value)]
    return list(found.values())


def _codes(thing: Any) -> Iterator[tuple[types.CodeType, Mapping[str, Any], list[Any]]]:
    """Code, globals and closed-over values of a function; of a class, those of its methods and of its bases."""
    if isinstance(thing, (staticmethod, classmethod, types.MethodType)):
        yield from _codes(thing.__func__)
    elif isinstance(thing, property):
        for part in (thing.fget, thing.fset):
            yield from _codes(part)
    elif isinstance(thing, functools.partial):
        yield from _codes(thing.func)
    elif isinstance(thing, types.FunctionType):
        values = [cell.cell_contents for cell in thing.__closure__ or () if _filled(cell)]
        yield thing.__code__, thing.__globals__, values
        if hasattr(thing, "__wrapped__"):
            yield from _codes(thing.__wrapped__)
    elif isinstance(thing, type):
        for base in thing.__mro__:
            if _of_notebook(base):
                for member in vars(base).values():
                    yield from _codes(member)
    elif hasattr(thing, "__wrapped__"):  # functools.cache and its like
        yield from _codes(thing.__wrapped__)


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _globals(code: types.CodeType) -> Iterator[str]:
    """Names read as globals in a code object and in those nested in it; attributes are not among them."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME") and not hasattr(builtins, str(instruction.argval)):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _globals(constant)


def _of_notebook(value: Any) -> bool:
    """True for functions and classes that a cell defines."""
    value = getattr(value, "__wrapped__", value)
    value = value.func if isinstance(value, functools.partial) else value
    return getattr(value, "__module__", None) == "__main__" and isinstance(value, (type, types.FunctionType))


def _definable(value: Any) -> bool:
    """True for modules, functions, classes and the like: an import or a definition brings them."""
    return (
        isinstance(value, types.ModuleType)
        or (callable(value) and hasattr(value, "__name__"))
        or type(value).__module__ == "typing"
    )


def _survives(name: str, value: Any, cells: Sequence[str], rule: CellRule) -> bool:
    """Will grading have it? The last cell that binds the name decides; where none is known, the value's type."""
    if name in rule.given:
        return True
    source = next((source for source in reversed(cells) if name in bound(source)), None)
    if source is None:
        return _literal(value)
    if source.strip() in rule.skipped:
        return False
    return bool(bound(source) & rule.targets) or name in bound(running(strip_magics(source)))


@functools.lru_cache(maxsize=1024)
def bound(source: str) -> frozenset[str]:
    """The names that a cell binds outside functions and classes, and those of its functions and classes."""
    try:
        queue: list[ast.AST] = list(ast.parse(strip_magics(source)).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names = set()
    while queue:
        node = queue.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            queue += ast.iter_child_nodes(node)
    return frozenset(names)


def _literal(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(_literal, value))
    if isinstance(value, dict):
        return all(_literal(key) and _literal(item) for key, item in value.items())
    return isinstance(value, LITERALS)
