"""Files that a teacher asks for: written whole or not at all; one line where that cannot be."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from autograder.errors import UserError


def write(path: str | Path, data: str | bytes) -> None:
    """Write a file in one step, so that a full disk leaves the old one; `-` is standard output. Raises UserError."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if str(path) == "-":
        sys.stdout.buffer.write(raw)
        sys.stdout.flush()
        return
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(None, "it is a folder; name a file")
        if not target.parent.is_dir():
            raise FileNotFoundError(None, f"there is no folder {target.parent}")
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            os.chmod(name, 0o666 & ~_umask())  # mkstemp lets nobody else read
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror or error}") from error


def _umask() -> int:
    now = os.umask(0o022)
    os.umask(now)
    return now


def read_text(path: Path, what: str) -> str:
    """A text file in UTF-8, with or without a byte order mark. Raises UserError; `what` says what it should be."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserError(f"there is no file {path}; it should be {what}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 ({error.reason}); save it as UTF-8; it should be {what}") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}; it should be {what}") from error
