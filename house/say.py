"""What the set-up says: one line a step, one line on failure, and progress while a step is long."""

from __future__ import annotations

import os
import shutil
import sys


class Stop(Exception):
    """The set-up cannot go on. The message is one line: what was found and what to do."""


def again(target: str) -> str:
    """How to call a target again, in the words that the user began with: make sets NGRAM2BERT_MAKE."""
    return f"`make {target}`" if os.environ.get("NGRAM2BERT_MAKE") else f"`python bootstrap.py {target}`"


def say(line: str) -> None:
    """One line for the user."""
    print(line, flush=True)


class Progress:
    """A bar that is redrawn on a terminal; elsewhere a line at each quarter, so that a log stays readable."""

    def __init__(self, total: int) -> None:
        self.total = max(total, 1)
        self.live = sys.stdout.isatty()
        self.drawn = ("", -1)

    def show(self, what: str, done: int, note: str = "") -> None:
        """Draw `done` of the total; `note` names what is at hand."""
        done = min(done, self.total)
        if self.live:
            bar = "#" * (24 * done // self.total)
            line = f"  {what:<12} [{bar:<24}] {done:>3}/{self.total} {note}"
            print("\r" + line[: shutil.get_terminal_size().columns - 1] + "\x1b[K", end="", flush=True)
            return
        quarter = 4 * done // self.total
        if (what, quarter) != self.drawn:
            self.drawn = (what, quarter)
            say(f"  {what} {done}/{self.total}")

    def note(self, line: str) -> None:
        """A line of its own, above the bar."""
        if self.live:
            print("\r\x1b[K", end="")
        say("  " + line)

    def close(self) -> None:
        """Take the bar away."""
        if self.live:
            print("\r\x1b[K", end="", flush=True)
