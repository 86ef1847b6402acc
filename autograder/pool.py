"""The checker's side of grading out of process: a zygote and its children.

with Zygote(uses=("ngram2bert.corpora",)) as zygote:
    with zygote.child([("setup", "import torch"), ("add", "def add(a, b): return a + b")]) as child:
        outcomes = child.run("add", ready_made("call"), [{"a": 1, "b": 2}])
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from autograder import sandbox
from autograder.answers import CellError
from autograder.conversation import Child
from autograder.errors import UserError
from autograder.folders import Folders, changed_at
from autograder.launch import CAN_FORK, Cold, Warm
from autograder.lease import LOST, Lease, ProcessLost
from autograder.limits import Limits
from autograder.sandbox import privileges

__all__ = ["CellError", "Child", "Limits", "Zygote", "sandbox_description"]


def sandbox_description(*, fork: bool = CAN_FORK) -> str:
    """One line for `doctor` and the grader: what holds a submission back on this machine."""
    return sandbox.description() if fork else sandbox.description(())


class Zygote:
    """Starts children. Several threads may hold children of one zygote at once.

    uses      modules to load before the fork; of the course's packages nothing else can be imported in a child
    limits    of each child
    fork      False starts a fresh interpreter for each child, as where there is no fork
    restarts  how often it starts itself again after it was killed
    training  False where no exercise uses torch.optim: starts 1.4 s sooner, and each child 2 ms
    without   names of sandbox layers to leave out, of `sandbox.NAMES`: for the tests, which show what each is for

    Raises UserError where it cannot start, or has been killed once too often.
    """

    def __init__(
        self,
        uses: Iterable[str] = (),
        limits: Limits | None = None,
        *,
        fork: bool = CAN_FORK,
        restarts: int = 8,
        training: bool = True,
        without: Collection[str] = (),
    ):
        self.uses, self.limits, self.fork, self.restarts = tuple(uses), limits or Limits(), fork, restarts
        self.training, self._wanted = training, frozenset(sandbox.NAMES).difference(without)
        self._folders = Folders(owner=privileges.stranger() if "privileges" in self._wanted else None)
        self.folder = self._folders.root
        self._lock = threading.Lock()
        try:
            self._processes = self._launch()
        except BaseException:
            self._folders.close()
            raise

    @property
    def loaded(self) -> tuple[str, ...]:
        """The modules of ngram2bert in a child's memory; never may the chapter's own be among them."""
        return self._processes.loaded

    @property
    def layers(self) -> frozenset[str]:
        """The layers of the sandbox that hold here, of `sandbox.NAMES`."""
        return self._processes.layers

    def child(self, cells: Iterable[tuple[str, str]], *, skip: Collection[str] = ()) -> Child:
        """Execute cells in a new process, in order, in one namespace; a cell that raises does not stop the others.

        cells   (name, source text) each, IPython's magics stripped
        skip    names of cells to leave out: `skipped` of an earlier child of the same submission

        A cell that hangs or ends the process costs that process: a new one is started without it, twice at most.
        """
        return Child(self._lease, self.limits, list(cells), frozenset(skip))

    def close(self) -> None:
        """End all processes and remove all folders."""
        self._processes.close()
        self._folders.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _launch(self) -> Warm | Cold:
        self.folder.mkdir(mode=0o700, exist_ok=True)  # a zygote that ends takes it away
        kind = Warm if self.fork else Cold
        started = kind(self.uses, self.limits, str(self.folder), self.training, self._wanted)
        promised = sandbox.offered() & self._wanted if self.fork else frozenset()
        if sandbox.strength(promised) == "sandboxed" != sandbox.strength(started.layers):
            started.close()
            raise UserError(
                f"the sandbox did not close ({sandbox.description(started.layers)}); run `ngram2bert doctor`, "
                "and say what it prints in an issue"
            )
        return started

    def _lease(self) -> Lease:
        """A new process in an empty folder of its own."""
        while True:
            processes, folder = self._running(), self._folders.take()
            changed = changed_at(folder)
            try:
                lease = processes.start(folder)
            except ProcessLost:
                if isinstance(processes, Warm):
                    processes.bury()
                self._folders.give_back(folder, 0)
                continue
            return replace(lease, end=partial(self._end, lease, changed))

    def _end(self, lease: Lease, changed: int, now: bool) -> str:
        """End a lease and take its folder back."""
        how = lease.end(now)
        self._folders.give_back(lease.folder, 0 if how == LOST else changed)  # lost: it may be dying still
        return how

    def _running(self) -> Warm | Cold:
        with self._lock:
            if not self._processes.alive:
                if not self.restarts:
                    raise UserError(
                        "the process that starts the others was killed again and again: a submission does it, "
                        f"or memory is short; it last said: {self._processes.last_line()}"
                    )
                self.restarts -= 1
                self._processes.close()
                self._processes = self._launch()
            return self._processes
