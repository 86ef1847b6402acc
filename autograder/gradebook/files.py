"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

from autograder.errors import UserError

READ_ONLY = 0o444  # as nbgrader leaves them
NEW, WHILE = ".new", 600  # a file that is being written, for so many seconds at most


def put(path: Path, data: bytes) -> bool:
    """Make the file hold just that, whole or not at all; False where it does already. Raises UserError."""
    try:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=NEW)
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(name, READ_ONLY)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from error
    return True


def sweep(folder: Path) -> None:
    """Remove what a writer that was killed has left half-written."""
    for left in folder.glob(f".*{NEW}"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > WHILE:
                left.unlink()
