"""What a child may answer. Its code may be anything, so each answer is held against these before it is used."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograder.outcome import Outcome
from autograder.wire import WireError, decode

KINDS = ("value", "error", "stub", "missing")  # of itself; that it timed out or died is the checker's to say
SPACES = "\n\t\xa0\u2009\u202f\u3000"
LENGTHS = (200, 1000, 500)  # letters of an error's name, its message and the learner's line


class CellError(NamedTuple):
    """What a cell raised: the exception's name, its text, and the learner's line."""

    error: str
    message: str
    line: str


def answer(message: Any, asked: str | int) -> tuple[list[Any], str]:
    """What was answered and what was printed, from a message (asked, ..., output). Raises WireError."""
    if type(message) is not tuple or len(message) < 3 or type(message[-1]) is not str:
        raise WireError("not an answer")
    if type(message[0]) is not type(asked) or message[0] != asked:
        raise WireError("an answer to something that was not asked")
    return list(message[1:-1]), clean(message[-1])


def to_cell(asked: str, max_bytes: int, body: bytes | bytearray) -> tuple[list[Any], str]:
    """What was answered to a cell, and what was printed, from the bytes of the answer. Raises WireError."""
    return answer(decode(body, max_bytes=max_bytes), asked)


def cell_error(values: list[Any]) -> CellError | None:
    """What a cell raised, from the values of an answer; None where it raised nothing, or says so in no known way."""
    texts = values[0]
    if type(texts) is tuple and _are_texts(list(texts)):
        return CellError(*map(clean, texts))
    return None


def outcome(values: list[Any], digest: bytes = b"") -> Outcome:
    """An outcome from the values of an answer: kind, value, and three texts. Raises WireError."""
    if len(values) != 2 + len(LENGTHS) or type(values[0]) is not str or values[0] not in KINDS:
        raise WireError("not an outcome")
    if not _are_texts(values[2:]):
        raise WireError("an outcome whose texts are none, or too long")
    error, message, line = map(clean, values[2:])
    return Outcome(values[0], values[1], error, message, line, digest)  # type: ignore[arg-type]


def clean(text: str) -> str:
    r"""The text without what is no letter: control characters of a terminal and of writing direction become \x...

    Halves of surrogate pairs, which could be neither printed nor written to a file, become question marks.
    """
    text = text.encode("utf-8", "replace").decode()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in SPACES else c.encode("unicode_escape").decode() for c in text)


def _are_texts(values: list[Any]) -> bool:
    if len(values) != len(LENGTHS):
        return False
    return all(type(text) is str and len(text) <= size for text, size in zip(values, LENGTHS, strict=True))
