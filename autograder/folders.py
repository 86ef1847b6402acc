"""Working folders for children: each gets an empty one, and nothing of it is left, whatever a submission made of it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
from pathlib import Path


class Folders:
    """Empty folders below one temporary folder; several threads may take them.

    One that comes back untouched is given out again: on some file systems removing a folder takes longer than a fork.
    """

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="ngram2bert-"))
        self._numbers = itertools.count(1)
        self._clean: dict[Path, int] = {}  # folder: the time of its last change, kept by the file system
        self._lock = threading.Lock()

    def take(self) -> Path:
        """An empty folder that nobody else uses."""
        self.root.mkdir(mode=0o700, exist_ok=True)  # a zygote that ends takes it away
        with self._lock:
            while self._clean:
                folder, changed = self._clean.popitem()
                if changed_at(folder) == changed:
                    return folder
            folder = self.root / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        return folder

    def give_back(self, folder: Path, changed: int) -> None:
        """Take a folder back whose processes are gone.

        changed  what `changed_at` said of it when it was given out
        """
        if changed_at(folder) == changed != 0:
            with self._lock:
                self._clean[folder] = changed
        else:
            remove(folder)


def changed_at(folder: Path) -> int:
    """When the folder's entries, rights or attributes last changed, in nanoseconds; 0 where it is gone."""
    try:
        return folder.stat().st_ctime_ns
    except OSError:
        return 0


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
    """Level by level, each folder's folders moved up: for trees too deep to walk, or closed to their own owner."""
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
