"""The sandbox of a child: prepared once, in the zygote, and entered by each child before its submission runs."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass

from autograder.limits import Limits, clean_environment, first_to_be_killed, set_resources
from autograder.sandbox import landlock, namespaces, privileges, readable, seccomp


@dataclass(frozen=True)
class Sandbox:
    """What each child applies to itself.

    on         names of the layers that hold here, of `layers.NAMES`
    user       whom the child becomes; None: it stays who it is
    reads_all  it must keep the right to read whatever files it may open
    tasks      processes and threads that its user has at the start; None: not counted
    rules      Landlock's list, and `abi` its version
    program    seccomp's
    """

    on: frozenset[str] = frozenset()
    user: int | None = None
    reads_all: bool = False
    tasks: int | None = None
    rules: tuple[landlock.Rule, ...] = ()
    abi: int = 0
    program: bytes = b""

    def enter(self, limits: Limits, folder: str, parent: int | None) -> None:
        """Apply the layers, in this order. Raises OSError where one fails: the child must end then.

        folder  empty, its own
        parent  the process to die with
        """
        with contextlib.suppress(OSError, AttributeError):
            os.setsid()  # a process group, so that all its descendants can be killed together
        os.umask(0o077)
        owner = self.user if self.user is not None else (os.getuid() if hasattr(os, "getuid") else 0)
        if "small folder" in self.on:
            namespaces.own_files(folder, owner, limits.folder_bytes, limits.folder_files)
        os.chdir(folder)
        clean_environment(folder)
        tempfile.tempdir = None
        first_to_be_killed()  # before Landlock, which closes /proc
        if "limits" in self.on:
            set_resources(limits, self.tasks)
        if "Landlock" in self.on:
            landlock.restrict([*self.rules, (folder, landlock.OWN)], self.abi)
        if "privileges" in self.on:
            privileges.give_up(self.user, reads_all=self.reads_all)
            privileges.lock(parent)
        if "seccomp" in self.on:  # last: it forbids what the others need
            seccomp.load(self.program)


def prepare(wanted: Collection[str], folder: str, cover: Collection[str], program: bytes, tasks: int | None) -> Sandbox:
    """In the zygote, its modules loaded: enter the namespaces, compile what the children load.

    wanted   the layers that should hold; those that fail here are left out of `Sandbox.on`
    folder   the children's working folders are below it
    cover    folders that bubblewrap shows to the zygote and no child shall see; empty: it did not start this process
    program  seccomp's; empty: there is none
    tasks    what `user_tasks` counted in the checker
    """
    on = set(wanted) - {"namespaces", "small folder", "bubblewrap"}
    on -= set() if landlock.abi() else {"Landlock"}
    on -= set() if program and seccomp.known() else {"seccomp"}
    user = privileges.stranger() if "privileges" in on else None
    rules = readable.rules() if "Landlock" in on else ()  # a user namespace may close the way to the interpreter
    reads_all = user is not None and not privileges.open_to_all(readable.python())
    if "namespaces" in wanted:
        with contextlib.suppress(OSError):
            namespaces.separate()
            on.add("namespaces")
            if "small folder" in wanted and namespaces.can_mount(folder):
                on.add("small folder")
    with contextlib.suppress(OSError):
        for path in cover:
            namespaces.cover(path)
        on |= {"bubblewrap"} if cover else set()
    return Sandbox(
        on=frozenset(on),
        user=user,
        reads_all=reads_all,
        tasks=tasks,
        rules=rules,
        abi=landlock.abi() if rules else 0,
        program=program,
    )
