"""Which lines of a solution are hidden."""

from __future__ import annotations

import ast
import textwrap

import pytest

from autograder.build.solution import bodies, marked
from autograder.errors import DeclarationError


def shown(source: str, given: tuple[str, ...] = ()) -> str:
    """What is left of a solution when the marked lines are taken out."""
    text, hidden, left = marked(textwrap.dedent(source).strip(), given), False, []
    ast.parse(text)
    for line in text.split("\n"):
        if line.strip() == "### BEGIN SOLUTION":
            hidden = True
            left.append(line.replace("### BEGIN SOLUTION", "STUB"))
        elif line.strip() == "### END SOLUTION":
            hidden = False
        elif not hidden:
            left.append(line)
    assert not hidden
    return "\n".join(left)


def test_signature_and_docstring_stay_and_comments_of_the_body_go() -> None:
    source = '''
    @decorated(
        1,
    )
    def f(
        a: int,  # (N,)
        # a comment of the signature
        b: str = "#",
    ) -> int:
        """What it does.

        # a heading in the docstring
        """

        # how it does it

        x = a

        # a remark

        return x
        # an afterthought
    '''
    body = source.index("\n\n        # how it does it")
    assert shown(source) == textwrap.dedent(source[:body]).strip() + "\n\n    STUB"


def test_no_docstring_and_a_decorated_first_statement() -> None:
    source = """
    def f(x):
        # inner work
        @cache
        def g(y):
            return y
        return g(x)
    """
    assert shown(source) == "def f(x):\n    STUB"


CLASS = '''
class A(B):
    """A class."""

    field: int = 1

    def __init__(self):
        self.secret = 1

    # how often
    @property
    def count(self) -> int:
        """Counts."""
        return self.secret

    async def wait(self):
        return 2

    def later(self): ...

    class Inner:
        def deep(self):
            return 3
'''


def test_each_method_of_a_class_but_the_given_ones() -> None:
    text = shown(CLASS, ("__init__",))
    assert "self.secret = 1" in text
    assert "return" not in text
    assert text.count("STUB") == 3
    for kept in (
        "field: int = 1",
        "# how often\n    @property\n    def count",
        "def later(self): ...",
        '"""Counts."""\n        STUB',
    ):
        assert kept in text
    assert bodies(CLASS, ("__init__",)) == ["return self.secret", "return 2", "return 3"]


@pytest.mark.parametrize(
    ("source", "given", "says"),
    [
        ("def f(x): return x", (), "the body of f stands on the line of something else"),
        ('def f(x):\n    "doc"; return x', (), "the body of f stands on the line of something else"),
        ("def f(x):\n    return x", ("g",), "given names 'g', but the solution has only f"),
        ("class A:\n    def g(self):\n        return 1", ("g",), "nothing of class A: is left to write"),
        ('def f(x):\n    """Doc."""', (), "nothing of def f(x): is left to write"),
    ],
)
def test_what_cannot_be_marked(source: str, given: tuple[str, ...], says: str) -> None:
    with pytest.raises(DeclarationError, match=says.replace("(", r"\(").replace(")", r"\)")):
        marked(source, given)
