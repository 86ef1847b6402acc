"""Machine-made wrong solutions: one operator, constant, call or line changed at a time (DeMillo et al. 1978)."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Mod: ast.FloorDiv,
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
CALLS = {
    "min": "max",
    "max": "min",
    "sum": "mean",
    "mean": "sum",
    "log": "log2",
    "log2": "log",
    "zeros": "ones",
    "ones": "zeros",
    "argmax": "argmin",
    "argmin": "argmax",
    "sin": "cos",
    "cos": "sin",
    "tanh": "sigmoid",
    "sigmoid": "tanh",
    "exp": "exp2",
    "amax": "amin",
    "clamp_min": "clamp_max",
    "cumsum": "cumprod",
    "any": "all",
    "all": "any",
    "sqrt": "square",
}


@dataclass(frozen=True)
class Mutant:
    """One changed solution; `change` is `old -> new` and, where that occurs again, `#2`."""

    change: str
    source: str


def mutants(source: str, constants: bool = True) -> list[Mutant]:
    """Every mutant of a function or class, in the order of the text. Docstrings, annotations and messages stay.

    constants  False leaves numbers alone: those of a test are its data, and other data serve as well
    """
    tree = ast.parse(source)
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    for path, old, new in _changes(tree):
        if not constants and isinstance(old, (ast.Constant, ast.UnaryOp)):
            continue
        mutated = copy.deepcopy(tree)
        _put(mutated, path, new)
        text = ast.unparse(ast.fix_missing_locations(mutated))
        change = f"{_text(old)} -> {_text(new)}"
        seen[change] = seen.get(change, 0) + 1
        found.append(Mutant(change if seen[change] == 1 else f"{change} #{seen[change]}", text))
    return found


Path = tuple[tuple[str, int | None], ...]


def _changes(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST, ast.AST]]:
    for new in _replacements(node):
        yield path, node, new
    for name, value in ast.iter_fields(node):
        if name in (
            "annotation",
            "returns",
            "decorator_list",
            "bases",
            "keywords" if isinstance(node, ast.ClassDef) else "",
        ):
            continue
        if (
            isinstance(node, ast.Raise)
            or (isinstance(node, ast.Assert) and name == "msg")
            or isinstance(node, ast.JoinedStr)
        ):
            continue
        if isinstance(value, ast.AST):
            yield from _changes(value, (*path, (name, None)))
        elif isinstance(value, list):
            docstring = (
                name == "body"
                and isinstance(node, (ast.FunctionDef, ast.ClassDef))
                and ast.get_docstring(node) is not None
            )
            for i, item in enumerate(value):
                if isinstance(item, ast.AST) and not (docstring and i == 0):
                    yield from _changes(item, (*path, (name, i)))


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)
        yield ast.Pass()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield ast.Compare(node.left, [COMPARISONS[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, (ast.If, ast.Continue, ast.Break)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield ast.Pass()


def _constants(value: object) -> Iterator[ast.Constant]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value > 0:
            yield ast.Constant(value - 1)
    elif isinstance(value, float) and value == value and abs(value) != float("inf"):
        yield ast.Constant(value * 2 if value else 1.0)


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
        yield ast.Call(ast.Attribute(node.func.value, CALLS[node.func.attr], ast.Load()), node.args, node.keywords)
    elif isinstance(node.func, ast.Name) and node.func.id in ("min", "max", "any", "all"):
        yield ast.Call(ast.Name(CALLS[node.func.id], ast.Load()), node.args, node.keywords)
    for i in range(len(node.keywords)):  # a forgotten keyword: dim, keepdim, minlength
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])


def _put(tree: ast.AST, path: Path, new: ast.AST) -> None:
    for name, index in path[:-1]:
        value = getattr(tree, name)
        tree = value if index is None else value[index]
    name, index = path[-1]
    if index is None:
        setattr(tree, name, new)
    else:
        getattr(tree, name)[index] = new


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
    return text if len(text) <= 80 else text[:77] + "..."
