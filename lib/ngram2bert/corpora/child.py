"""A program run beside us with its output kept, a progress bar and a limit on its time."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from .cache import progress, reason
from .errors import CorpusError

# What programs say when the other side is not there, whatever the wording around it.
UNREACHED = re.compile(
    r"urlopen error|timed out|getaddrinfo|Name or service|"
    r"E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH)"
)
FULL = re.compile(rb"ENOSPC|No space left")


def run_quietly(
    name: str, command: list[str], folder: Path, environment: dict[str, str], *, seconds: float, size: int
) -> None:
    """Run `command` in `folder`, for `seconds` at most, while a bar watches the folder grow to `size` bytes.

    Nothing is printed. Raises CorpusError, with what the program said, when it fails or takes too long, and OSError
    when it found the disk full.
    """
    with tempfile.TemporaryFile() as output, progress(size, f"fetching by {name}", "B") as bar:
        quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        quiet["start_new_session"] = os.name == "posix"  # a group of its own, so that what npm starts ends with it
        try:
            process = subprocess.Popen(command, cwd=folder, env=environment, **quiet)
        except OSError as error:
            raise CorpusError(f"{command[0]} cannot be started ({reason(error)})") from None
        deadline = time.monotonic() + seconds
        try:
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise CorpusError(f"no answer within {seconds:.0f} seconds")
                time.sleep(0.05)
                bar.update(min(size, folder_bytes(folder)) - bar.n)
        finally:
            end_group(process)
        if process.returncode:
            output.seek(0)
            said = output.read()
            if FULL.search(said):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise CorpusError(last_words(said) or f"it failed with exit status {process.returncode}")


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a child that is still running, and on POSIX what it started."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def folder_bytes(folder: Path) -> int:
    """The bytes of all files below `folder`; a file that goes while we look counts 0."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def last_words(output: bytes) -> str:
    """What a failed program said, in at most 100 characters, without the marks that NLTK and npm put in front."""
    text = " ".join(output.decode("utf-8", "replace").replace("[nltk_data]", " ").split())
    if UNREACHED.search(text):
        return "its server cannot be reached"
    text = re.sub(r"npm error (?:code )?", "", text)
    return text if len(text) <= 100 else text[:97] + "..."
