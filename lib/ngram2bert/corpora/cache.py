"""The one cache of all corpora: typed columns in one file, checked by SHA-256 and replaced in one step.

A file is a line with the SHA-256 of all that follows, a line of JSON that names the columns, and the columns' bytes.
It holds data only, so reading a damaged or hostile file can run nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .errors import CorpusError

Columns = Mapping[str, Any]  # name -> list of strings, or array of "B", "H", "I" or "Q"

SEPARATOR = "\0"  # between the strings of a column; no corpus holds it, and `pack` refuses a text that does


def cache_folder() -> Path:
    """Where the caches lie: the folder that the variable NGRAM2BERT_CACHE names, else the user's own cache folder."""
    chosen = os.environ.get("NGRAM2BERT_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("ngram2bert", appauthor=False) / "corpora"


def cache_file(name: str, version: int) -> Path:
    """The cache file of one corpus; a new version of the format gets a new file."""
    return cache_folder() / f"{name}-{version}.columns"


def pack(columns: Columns) -> bytes:
    """The bytes of a cache file."""
    heads: list[tuple[str, str, int, int]] = []  # name, type code or "text", items, bytes
    bodies: list[bytes] = []
    for name, column in columns.items():
        if isinstance(column, array):
            heads.append((name, column.typecode, len(column), len(column) * column.itemsize))
            bodies.append(column.tobytes())
            continue
        body = SEPARATOR.join(column).encode("utf-8")
        if column and body.count(0) != len(column) - 1:
            raise ValueError(f"column {name!r} holds a NUL character; the cache uses it between strings")
        heads.append((name, "text", len(column), len(body)))
        bodies.append(body)
    head = json.dumps({"byteorder": sys.byteorder, "columns": heads}).encode("ascii")
    rest = head + b"\n" + b"".join(bodies)
    return hashlib.sha256(rest).hexdigest().encode("ascii") + b"\n" + rest


def unpack(data: bytes) -> dict[str, Any]:
    """The columns of a cache file. Raises ValueError when it is damaged or comes from another kind of machine."""
    view = memoryview(data)
    if hashlib.sha256(view[65:]).hexdigest().encode("ascii") + b"\n" != data[:65]:
        raise ValueError("its checksum does not fit its content")
    end = data.index(b"\n", 65)
    head = json.loads(data[65:end])
    if head["byteorder"] != sys.byteorder:
        raise ValueError("it was written on a machine of another byte order")
    columns: dict[str, Any] = {}
    start = end + 1
    for name, kind, items, size in head["columns"]:
        body = view[start : start + size]
        start += size
        if kind == "text":
            columns[name] = str(body, "utf-8").split(SEPARATOR) if items else []
        else:
            columns[name] = array(kind)
            columns[name].frombytes(body)
        if len(columns[name]) != items:
            raise ValueError(f"column {name!r} has {len(columns[name])} items where {items} were written")
    return columns


def write_file(path: Path, data: bytes) -> None:
    """Write `data` so that `path` is at every moment the old file or the new one, whole. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # a class may share one cache folder
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def cached(name: str, version: int, build: Callable[[], Columns]) -> Columns:
    """The columns of a corpus: from its cache file, else from `build()`, which is then cached.

    A damaged file is noticed and built again. A cache that cannot be written costs a line on stderr and time on
    the next load, nothing else: the columns are returned all the same.
    """
    path = cache_file(name, version)
    try:
        if path.exists():
            return unpack(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError) as error:
        say(f"{name}: the cache file {path} cannot be used ({reason(error)}); it is built again.")
    columns = build()
    try:
        write_file(path, pack(columns))
    except OSError as error:
        say(
            f"{name}: the cache file {path} cannot be written ({reason(error)}). The corpus is loaded all the same; "
            "free some space, or name another folder in NGRAM2BERT_CACHE, and the next load is quick again."
        )
    return columns


def cache_state(name: str, version: int) -> tuple[bool, int]:
    """Whether the cache file of a corpus is there and whole, and its size in bytes."""
    try:
        data = cache_file(name, version).read_bytes()
        unpack(data)
    except (OSError, ValueError, KeyError, TypeError):
        return False, 0
    return True, len(data)


def file_checked(path: Path, sha256: str, name: str, remedy: str) -> bytes:
    """The bytes of a source file, whose SHA-256 must be the one this course was tested on. Raises CorpusError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{name}: {path} cannot be read ({reason(error)}). {remedy}") from None
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise CorpusError(
            f"{name}: {path} is not the file this course was tested on "
            f"(SHA-256 {found[:12]}..., wanted {sha256[:12]}...). {remedy}"
        )
    return data


def reason(error: BaseException) -> str:
    """An error in a few words, without the path that the caller names already."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:160]


def say(line: str) -> None:
    """One line to the person at the terminal or in the notebook."""
    print(f"ngram2bert corpora: {line}", file=sys.stderr)


def progress(total: int, what: str, unit: str = "it") -> Any:
    """A tqdm bar for long work; silent where nobody watches (neither a terminal nor a notebook)."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None:
        from tqdm.auto import tqdm as notebook_bar

        return notebook_bar(total=total, desc=what, unit=unit, unit_scale=True, leave=False)
    from tqdm import tqdm

    return tqdm(total=total, desc=what, unit=unit, unit_scale=True, leave=False, disable=None)
