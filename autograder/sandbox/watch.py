"""Where a child's folder is no file system of its own, the zygote looks now and then whether it has grown too large."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from autograder.limits import Limits

SECONDS = 0.25
FULL = "stopped: it filled its folder"


class Watch:
    """The folders of the children that run."""

    def __init__(self, limits: Limits):
        self.limits, self.folders, self.next = limits, dict[int, str](), 0.0

    def overgrown(self) -> Iterator[int]:
        """The pids whose folder holds too much; looks at most every SECONDS."""
        if time.monotonic() < self.next:
            return
        yield from [pid for pid, folder in self.folders.items() if self._is_full(folder)]
        self.next = time.monotonic() + SECONDS

    def _is_full(self, folder: str) -> bool:
        """Whether it holds more bytes or files than allowed, or hides what it holds; ends as soon as it is sure."""
        size = count = 0
        waiting = [folder]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        count += 1
                        size += entry.stat(follow_symlinks=False).st_blocks * 512  # what it takes, not what it says
                        if size > self.limits.folder_bytes or count > self.limits.folder_files:
                            return True
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
            except FileNotFoundError:  # removed meanwhile
                continue
            except OSError:  # closed to its owner, or too deep to be named
                return True
        return False
