"""Remove a folder that a submission has written in, whatever it made of it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder and all in it; links are not followed. The processes that wrote in it must be gone."""
    with contextlib.suppress(FileNotFoundError, OSError, RecursionError):
        folder.rmdir()  # nearly always empty
    if folder.exists():
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(folder)
    if folder.exists():
        with contextlib.suppress(OSError):
            _flatten(folder)


def _flatten(folder: Path) -> None:
    """Level by level, each folder's folders moved up: for trees that are too deep to walk, or closed to their own owner."""
    names = itertools.count()
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)  # to move a folder is to write in it
                    os.rename(inner.path, folder / f"{os.getpid()}.{next(names)}")
                else:
                    os.unlink(inner.path)
            os.rmdir(entry.path)
    folder.rmdir()
