"""The call of a case, written out as a learner would type it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.exercise import Case, Exercise
from autograder.value_path import Path
from autograder.value_text import Writer

WIDTH = 76
MOST_LINES = 24
MOST_STATEMENTS = 8  # of a declaration's own probe; a longer one is not shown


@dataclass(frozen=True)
class Call:
    """`code` to be read or pasted; `exact` is False where numbers are rounded or left out."""

    code: str
    exact: bool


def call(exercise: Exercise, case: Case) -> Call:
    """The case as code, in the way of the exercise's probe."""
    writer = Writer(width=WIDTH - 8, digits=6, code=True)
    arguments = case.arguments
    write = {"call": _plain, "draws": _draws, "module": _module, "trajectory": _training, "verdicts": _verdict}.get(
        exercise.probe
    )
    if write is not None:
        code = write(exercise.target, arguments, writer)
    else:
        code = _own_probe(exercise, arguments, writer)
    lines = code.splitlines()
    if len(lines) > MOST_LINES:
        return Call("\n".join([*lines[:MOST_LINES], "# …"]), False)
    return Call(code, writer.exact)


def keywords(arguments: Mapping[str, Any], writer: Writer) -> list[str]:
    """name=value for each argument; the lines of a long value are indented under their first."""
    return [f"{name}={_hang(writer.write(value), len(name) + 1)}" for name, value in arguments.items()]


def _hang(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def _write_call(name: str, items: list[str]) -> str:
    """On one line where it fits, else one argument a line."""
    line = f"{name}({', '.join(items)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return f"{name}(\n    " + ",\n    ".join(_hang(item, 4) for item in items) + ",\n)"


def _plain(target: str, arguments: Mapping[str, Any], writer: Writer) -> str:
    return _write_call(target, keywords(arguments, writer))


def _draws(target: str, arguments: Mapping[str, Any], writer: Writer) -> str:
    rest = {name: value for name, value in arguments.items() if name != "seed"}
    return _write_call(
        target, [*keywords(rest, writer), f"generator=torch.Generator().manual_seed({arguments['seed']})"]
    )


def _module(target: str, arguments: Mapping[str, Any], writer: Writer) -> str:
    dtype = arguments.get("dtype", "float64")
    make = _write_call(target, keywords(arguments["init"], writer))
    lines = [f"m = {_hang(make, 4)}.to(torch.{dtype})" + (".train()" if arguments.get("train") else ".eval()")]
    if arguments.get("weights") is not None:
        weights = [
            "{"
            + ",\n ".join(
                f"{name!r}: {_hang(writer.write(value), len(repr(name)) + 3)}"
                for name, value in arguments["weights"].items()
            )
            + "}"
        ]
        lines.append(f"m.load_state_dict({_hang(weights[0], 18)})")
    lines.append(_write_call("m", [writer.write(value) for value in arguments["inputs"]]))
    return "\n".join(lines)


def _training(target: str, arguments: Mapping[str, Any], writer: Writer) -> str:
    layers = ", ".join(f"nn.{name}({', '.join(map(writer.write, rest))})" for name, *rest in arguments["layers"])
    shapes = [f"{tuple(x.shape)} and {tuple(y.shape)}" for x, y in arguments["batches"]]
    writer.exact = False  # weights and batches are too long to be written out
    settings = keywords(arguments["settings"], writer)
    return (
        f"model = nn.Sequential({layers}).double()\n"
        f"# with given weights, and {len(shapes)} batches of shapes {shapes[0] if shapes else '()'}\n"
        + _write_call(target, ["model", "batches", *settings])
    )


def _verdict(target: str, arguments: Mapping[str, Any], writer: Writer) -> str:
    writer.exact = False  # the implementation itself is not shown: finding it is the task
    return f"{target}({arguments['name']})"


class _Substitute(ast.NodeTransformer):
    """Turns a probe's body into what a learner would type: the target's own name, `**case` spelt out."""

    def __init__(self, target: str, rest: str, keywords: list[ast.keyword]):
        self.target, self.rest, self.keywords = target, rest, keywords

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.target, node.ctx) if node.id == "target" else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords = [
            k
            for old in node.keywords
            for k in (self.keywords if old.arg is None and _is_name(old.value, self.rest) else [old])
        ]
        return node


def _returned(statement: ast.stmt) -> ast.stmt:
    """What a probe returns as the last line of a cell; of {"value": ..., "arguments": ...} the value."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return statement
    value = statement.value
    if isinstance(value, ast.Dict):
        named = {
            key.value: item for key, item in zip(value.keys, value.values, strict=True) if isinstance(key, ast.Constant)
        }
        value = named.get("value", value)
    return ast.Expr(value)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _own_probe(exercise: Exercise, arguments: Mapping[str, Any], writer: Writer) -> str:
    """The arguments that the probe names itself, as assignments; then its body."""
    body, first, rest = _probe_function(exercise)
    if body is None:
        return _plain(exercise.target, arguments, writer)
    named = [name for name in arguments if name in first]
    lines = [f"{name} = {_hang(writer.write(arguments[name]), len(name) + 3)}" for name in named]
    spelt = [ast.keyword(name, ast.Name(f"_{name}_", ast.Load())) for name in arguments if name not in first]
    for statement in body:
        changed = ast.fix_missing_locations(_Substitute(exercise.target, rest, spelt).visit(_returned(statement)))
        text = ast.unparse(changed)
        for name in arguments:
            text = text.replace(f"{name}=_{name}_", f"{name}={writer.write(arguments[name])}")
        lines.append(text)
    return "\n".join(lines)


def _probe_function(exercise: Exercise) -> tuple[list[ast.stmt] | None, set[str], str]:
    """Body, named parameters and the name of `**case`; no body where the probe is too long to be read beside a case."""
    tree = ast.parse(exercise.probe_source)
    probe = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "probe")
    first = {arg.arg for arg in probe.args.args[1:] + probe.args.kwonlyargs}
    body = [node for node in probe.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    rest = probe.args.kwarg.arg if probe.args.kwarg else ""
    target_named = probe.args.args and probe.args.args[0].arg == "target"
    short = sum(isinstance(node, ast.stmt) for statement in body for node in ast.walk(statement)) <= MOST_STATEMENTS
    return (body if short and target_named else None), first, rest


# How a learner calls the parts of what a probe returns: {probe: {first step of the path: (words, steps)}}
PLACES: dict[str, dict[str, tuple[str, int]]] = {
    "call": {"value": ("result", 1), "arguments": ("the argument {1} after the call", 2)},
    "draws": {},
    "module": {
        "output": ("output", 1),
        "gradients": ("gradient of {1}", 2),
        "input gradients": ("gradient of input {1}", 2),
        "weights": ("initial {1}", 2),
    },
    "trajectory": {
        "returned": ("returned value", 1),
        "state": ("{1} after training", 2),
        "training": ("training mode of module {1} afterwards", 2),
        "gradients kept": ("requires_grad of parameter {1}", 2),
    },
}


def place(exercise: Exercise, path: Path) -> tuple[str, Path, Path]:
    """What the difference lies in, in words; the path to that value, and from it to the difference."""
    places = PLACES.get(exercise.probe, PLACES["call"])  # a declaration's own probe most often wraps a call
    words, steps = places.get(path[0], ("result", 0)) if path else ("result", 0)
    if len(path) < steps:
        return str(path[0]), path, ()
    return words.format(*path), path[:steps], path[steps:]
