"""An answer's form: its tokens without what does not tell one author from another.

Left out are comments, docstrings, spacing, every line of the stub and the headers of what it names. Names that the
answer itself binds (arguments, variables, functions, attributes it sets) become one placeholder, so renaming changes
nothing. Names from elsewhere, such as `torch.log_softmax`, stay: they are the idea. A form is then read as runs of
three tokens (shingles: Broder 1997), in the order of the answer and with its statements sorted, so that moving
statements about changes nothing either.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

RUN = 3
MARKED_RUN = 6  # shorter ones, such as `(x)`, stand in every answer
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
STUB = ("raise", "NotImplementedError")
PLACEHOLDER = "·"


@dataclass(frozen=True)
class Token:
    """A token: its text, what stands for it in the form, and where it is (line from 1, columns from 0)."""

    text: str
    form: str
    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True)
class Form:
    """The form of one answer, statement by statement."""

    source: str
    statements: tuple[tuple[Token, ...], ...]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens in order."""
        return tuple(token for statement in self.statements for token in statement)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The texts, names as the author wrote them."""
        return tuple(token.text for token in self.tokens)

    @cached_property
    def normal(self) -> tuple[str, ...]:
        """The form in the answer's order."""
        return tuple(token.form for token in self.tokens)

    @cached_property
    def sorted(self) -> tuple[str, ...]:
        """The form with its statements sorted."""
        ordered = sorted(tuple(token.form for token in statement) for statement in self.statements)
        return tuple(form for statement in ordered for form in statement)

    @property
    def begun(self) -> bool:
        """False where nothing but the stub is there."""
        return bool(self.tokens) and self.words[:2] != STUB

    def marked(self, other: Form) -> list[bool]:
        """For each token: is it part of a run that the other answer has as well, wherever it stands there?"""
        theirs = set(runs(other.normal, MARKED_RUN)) | set(runs(other.sorted, MARKED_RUN))
        found = [False] * len(self.tokens)
        for i, run in enumerate(runs(self.normal, MARKED_RUN)):
            if run in theirs:
                found[i : i + len(run)] = [True] * len(run)
        return found


def runs(tokens: tuple[str, ...], length: int = RUN) -> list[tuple[str, ...]]:
    """Every run of so many tokens; a shorter text is one run."""
    return [tokens[i : i + length] for i in range(max(1, len(tokens) - length + 1))] if tokens else []


@lru_cache(maxsize=20_000)
def form(source: str, stub: str = "") -> Form:
    """The form of an answer; of what does not parse as far as it can be told. stub: the cell as it was given out."""
    given = {line.strip() for line in stub.splitlines() if line.strip()} - {f"{STUB[0]} {STUB[1]}"}
    try:
        tree: ast.Module | None = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    own, left_out = _told(tree, _named(stub)) if tree else (set(), set())
    lines = source.splitlines()
    statements: list[list[Token]] = [[]]
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            line = token.start[0]
            if token.type == tokenize.NEWLINE:
                statements.append([])
            elif token.type not in LAYOUT and line not in left_out and lines[line - 1].strip() not in given:
                statements[-1].append(Token(token.string, _form(token, own), token.start, token.end))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass  # the tokens so far
    return Form(source, tuple(tuple(statement) for statement in statements if statement))


def _form(token: tokenize.TokenInfo, own: Collection[str]) -> str:
    if token.type == tokenize.NAME and token.string in own:
        return PLACEHOLDER
    if token.type == tokenize.STRING or tokenize.tok_name[token.type].startswith("FSTRING"):
        return '"'
    return token.string


def _told(tree: ast.Module, named: Collection[str]) -> tuple[set[str], set[int]]:
    """The names that an answer binds itself, and the lines that are no code of its own.

    Those are docstrings and other bare strings, and the headers of the functions and classes that the task names.
    """
    own: set[str] = set()
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                own.add(node.id)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Store):
                own.add(node.attr)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, SCOPES):
            own.add(node.name)
            if node.name in named:
                lines.update(range(node.lineno, node.body[0].lineno))
        elif isinstance(node, ast.alias):
            own.update([node.asname] if node.asname else [])
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return own, lines


@lru_cache(maxsize=256)
def _named(stub: str) -> frozenset[str]:
    """The functions, classes and methods of a stub."""
    try:
        return frozenset(node.name for node in ast.walk(ast.parse(stub)) if isinstance(node, SCOPES))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
