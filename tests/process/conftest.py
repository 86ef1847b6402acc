"""One zygote for the whole session, and ways to see what a test leaves behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.limits import Limits
from autograder.outcome import Outcome
from autograder.pool import Zygote
from autograder.probes import ready_made

torch.set_num_threads(1)
LIMITS = Limits(seconds=5.0, cells_seconds=5.0, memory_bytes=512 << 20)
CALL = ready_made("call")
WITHOUT = ("namespaces", "small folder", "bubblewrap", "Landlock", "seccomp")  # a machine that has no sandbox
ADD = ("add", "def add(a, b):\n    return a + b")


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A warm zygote with limits that a busy machine keeps."""
    with Zygote(limits=LIMITS, training=False) as warm:
        yield warm


@pytest.fixture(scope="session")
def bare() -> Iterator[Zygote]:
    """One as on a machine without a sandbox, where a submission can fork, kill and write."""
    with Zygote(limits=LIMITS, training=False, without=WITHOUT) as warm:
        yield warm


@pytest.fixture(scope="session")
def chapter() -> Iterator[Zygote]:
    """For a chapter that uses the corpora's splits and not the n-grams; little processor time a child."""
    limits = Limits(seconds=20.0, cpu_seconds=2)
    with Zygote(uses=("ngram2bert.corpora.splits", "matplotlib.pyplot"), limits=limits, training=False) as warm:
        yield warm


@pytest.fixture
def one(zygote: Zygote) -> Callable[..., Outcome]:
    """Run one function, given as source text, on one case in a child of its own."""

    def run(source: str, seconds: float | None = None, forbids: tuple[str, ...] = (), **case: Any) -> Outcome:
        with zygote.child([("setup", "import torch"), ("f", source)]) as child:
            return child.run("f", CALL, [case], seconds=seconds, forbids=forbids)[0]

    return run


def running(pid: int) -> bool:
    """True while a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(*pids: int, within: float = 0.0) -> bool:
    """True where none of the processes runs any more, at once or within some seconds."""
    until = time.monotonic() + within
    while any(map(running, pids)):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def clean(folder: Path) -> bool:
    """True where a working folder is gone, or empty and as it was made."""
    return not folder.exists() or (not list(folder.iterdir()) and folder.stat().st_mode & 0o777 == 0o700)
