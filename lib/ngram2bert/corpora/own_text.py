"""The learner's own file: plain text, one sentence a line, tagged, labelled or parallel.

kind        a line is                                         gives
"plain"     running text; a blank line ends a paragraph       PlainText
"lines"     a sentence, its words between spaces              PlainText
"tagged"    word TAB tag, a blank line between sentences,     TaggedText
            or a sentence of word/tag pairs
"labelled"  label TAB text                                    LabelledText
"parallel"  sentence TAB its translation                      ParallelText
"""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path

from .cache import reason
from .errors import CorpusError
from .sniff import KINDS, Line, sniff
from .tokens import split_sentences, tokenize

Words = tuple[str, ...]
MARKS = (  # a byte order mark names the encoding; the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class PlainText:
    """Sentences of words."""

    path: Path
    sentences: tuple[Words, ...]

    @property
    def tokens(self) -> Words:
        """All words in order."""
        return tuple(word for sentence in self.sentences for word in sentence)


@dataclass(frozen=True)
class TaggedText(PlainText):
    """Sentences of words, and their tags, one a word."""

    tags: tuple[Words, ...]


@dataclass(frozen=True)
class LabelledText:
    """Texts and their labels, as strings."""

    path: Path
    texts: Words
    labels: Words


@dataclass(frozen=True)
class ParallelText:
    """Sentences and their translations."""

    path: Path
    sources: Words
    targets: Words


OwnText = PlainText | TaggedText | LabelledText | ParallelText


def text_file(path: str | os.PathLike[str], kind: str | None = None, encoding: str | None = None) -> OwnText:
    """Read a text of your own.

    path      the file
    kind      "plain", "lines", "tagged", "labelled" or "parallel"; None looks at the file and decides (see `sniff`)
    encoding  None: what the file's byte order mark says, else UTF-8

    Raises CorpusError, naming the file and the line, when the file cannot be read or does not fit its kind.
    """
    path = Path(path)
    if kind is not None and kind not in KINDS:
        raise CorpusError(f"{path}: kind={kind!r} is not known; wanted one of {', '.join(map(repr, KINDS))}, or None.")
    lines = [(i, line.strip(" \r")) for i, line in enumerate(_text(path, encoding).split("\n"), start=1)]
    if not any(line.strip() for _, line in lines):
        raise CorpusError(f"{path}: the file is empty; wanted text.")
    kind = kind or sniff(path, lines)
    if kind == "plain":
        paragraphs = "\n".join(line.strip() for _, line in lines).split("\n\n")
        pieces = (piece for paragraph in paragraphs for piece in split_sentences(paragraph))
        return PlainText(path, tuple(tokenize(piece, lower=False) for piece in pieces))
    if kind == "lines":
        return PlainText(path, tuple(tuple(line.split()) for _, line in lines if line.strip()))
    if kind == "tagged":
        return _tagged(path, lines)
    rows = [_two(path, number, line, kind) for number, line in lines if line.strip()]
    left, right = (tuple(column) for column in zip(*rows, strict=True))
    return LabelledText(path, right, left) if kind == "labelled" else ParallelText(path, left, right)


def _text(path: Path, encoding: str | None) -> str:
    """The file's text with one kind of line end."""
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = " It is a folder; name a file in it." if path.is_dir() else ""
        raise CorpusError(f"{path}: the file cannot be read ({reason(error)}).{hint}") from None
    encoding = encoding or next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except LookupError:
        raise CorpusError(f"{path}: encoding={encoding!r} is not known; wanted 'utf-8', 'cp1252', ...") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"{path}, line {line}: byte 0x{data[error.start]:02x} is not {encoding}. "
            "Save the file as UTF-8, or say how it is written, as in text_file(path, encoding='cp1252')."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CorpusError(f"{path}, line {line}: a NUL character: this is not a text file (or not {encoding}).")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _two(path: Path, number: int, line: str, kind: str) -> tuple[str, str]:
    """The two fields of a line. Raises CorpusError when there are not two, or one is empty."""
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) == 2 and all(fields):
        return fields[0], fields[1]
    wanted = {"tagged": "word TAB tag", "labelled": "label TAB text", "parallel": "sentence TAB translation"}[kind]
    found = "an empty field" if len(fields) == 2 else f"{len(fields) - 1} tabs" if len(fields) > 1 else "no tab"
    raise CorpusError(f"{path}, line {number}: {found} in {line[:40]!r}; wanted {wanted}.")


def _tagged(path: Path, lines: list[Line]) -> TaggedText:
    """Both ways to write tags; a file with a tab in its first full line is the column form."""
    sentences: list[list[tuple[str, str]]] = [[]]
    columns = "\t" in next(line for _, line in lines if line.strip())
    for number, line in lines:
        if not line.strip():
            sentences.append([])
        elif columns:
            sentences[-1].append(_two(path, number, line, "tagged"))
        else:
            sentences.append([_pair(path, number, token) for token in line.split()])
    full = [sentence for sentence in sentences if sentence]
    words = tuple(tuple(word for word, _ in sentence) for sentence in full)
    return TaggedText(path, words, tuple(tuple(tag for _, tag in sentence) for sentence in full))


def _pair(path: Path, number: int, token: str) -> tuple[str, str]:
    """The last slash divides: "1/2/CD" is the word "1/2"."""
    word, slash, tag = token.rpartition("/")
    if not (word and slash and tag):
        raise CorpusError(f"{path}, line {number}: {token!r} has no tag; wanted word/tag, as in 'dog/NN'.")
    return word, tag
