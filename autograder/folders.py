"""Working folders for children: each gets an empty one, and nothing of it is left, whatever a submission made of it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

PREFIX = "ngram2bert-children-"
OLD_SECONDS = 60.0  # younger ones may be on their way to their lock


class Folders:
    """Empty folders below one temporary folder; several threads may take them.

    One that comes back untouched is given out again: on some file systems removing a folder takes longer than a fork.

    A lock on it lives as long as the process that made it. What a killed one left behind, the next one takes away: a
    zygote inside bubblewrap cannot, as its folder is a mount point there.

    owner  the user that a child becomes; None: it stays who it is
    """

    def __init__(self, owner: int | None = None) -> None:
        remove_abandoned()
        self.root, self._owner = Path(tempfile.mkdtemp(prefix=PREFIX)), owner
        self._held: int | None = None
        self._make_root()
        self._numbers = itertools.count(1)
        self._clean: dict[Path, int] = {}  # folder: the time of its last change, kept by the file system
        self._lock = threading.Lock()

    def take(self) -> Path:
        """An empty folder that nobody else uses."""
        with self._lock:
            self._make_root()
            while self._clean:
                folder, changed = self._clean.popitem()
                if changed_at(folder) == changed:
                    return folder
            folder = self.root / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        if self._owner is not None:
            os.chown(folder, self._owner, self._owner)
        return folder

    def _make_root(self) -> None:
        """A zygote that ends takes it away. Another user must pass through it, and see nothing there."""
        if self._held is not None and self.root.exists():
            return
        self.root.mkdir(mode=0o700, exist_ok=True)
        if self._owner is not None:
            self.root.chmod(0o711)
        self._let_go()
        self._held = _locked(self.root)

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def close(self) -> None:
        """Remove all of them. The processes that wrote there must be gone."""
        remove(self.root)
        self._let_go()

    def give_back(self, folder: Path, changed: int) -> None:
        """Take a folder back whose processes are gone.

        changed  what `changed_at` said of it when it was given out
        """
        if changed_at(folder) == changed != 0:
            with self._lock:
                self._clean[folder] = changed
        else:
            remove(folder)


def remove_abandoned() -> None:
    """Remove the folders of this user whose makers are gone; of a maker that lives the lock is taken."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            state = folder.lstat()
            if state.st_uid != os.geteuid() or time.time() - state.st_mtime < OLD_SECONDS:
                continue
            if (held := _locked(folder)) is not None:
                remove(folder)
                os.close(held)


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder's lock; None where another process has it, or the system has no locks."""
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


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
