"""The declarations of the hostile submissions: what stands in a file of `families`, read and checked.

A file is TOML: the `asset` that its attacks are after, and tables `[[attack]]` with the fields of `Attack`. In their
texts stand for what differs from run to run: @COURSE@, @OUTSIDE@, @NEIGHBOUR@ (the path of another's notebook),
@REFERENCE@, @LIBRARY@ (the path of the file of a reference), @PORT@ and @SOCKET@ of listeners, @TOKEN@ (a word of this
run), @KEY@ (a number of this run) and @TABLE@ (the answers to the public cases).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autograder.errors import DeclarationError

FAMILIES = Path(__file__).parent / "families"
ASSETS = {
    "points": "points that were not earned",
    "references": "the solutions, and the library functions that a task forbids",
    "seeds": "the secret seed and its cases",
    "submissions": "what others handed in",
    "gradebook": "the gradebook and what is written into it",
    "host": "the teacher's machine: files, processes, memory, disk",
    "network": "anything that can be reached from it",
    "browser": "the teacher's browser and terminal, and the learner's",
    "next": "the submission that is graded next",
}
WAYS = {
    "cells": "code in the notebook's cells",
    "files": "files shipped beside the notebook",
    "metadata": "the notebook's metadata and form",
    "outputs": "outputs stored in the notebook",
    "wire": "what a child answers to the checker",
    "resources": "using up what there is",
    "timing": "taking time",
}
DEFENCES = {
    "verdict": "the checker alone compares values with expected ones, which never leave it",
    "wire": "answers are plain data of bounded size, depth, type and reading time; nothing in them is executed",
    "process": "each submission has a process of its own, forked from one that no submission has touched",
    "limits": "limits on memory, processor time, threads, file sizes and descriptors",
    "clock": "the checker's clock: for each case, each exercise and all cells",
    "cells": "the cell rule: checks, set-up and experiments never run, metadata gives no points, given cells are ours",
    "reader": "a notebook is read as bounded JSON from an ordinary file; links, pipes and folders are refused",
    "seed": "cases drawn from a secret seed",
    "firewall": "the reference firewall: the course's packages cannot be imported",
    "forbids": "a mode around the learner's call refuses the torch functions that the task asks for",
    "folders": "an empty folder each, never given out again once it was touched",
    "sweep": "what a child started is killed with it",
    "privileges": "no capabilities, nothing gained by set-uid programs, and root becomes nobody",
    "Landlock": "Landlock: only a short list of files can be opened",
    "seccomp": "seccomp: no programs, processes, sockets, tracing or signals",
    "namespaces": "namespaces: a network, mounts and shared memory of its own",
    "small folder": "the working folder is a small file system in memory",
    "bubblewrap": "bubblewrap: only a few folders exist, and no processes but the grader's own",
    "text": "control characters are taken out of what a submission says, and pages escape it",
    "feedback": "the feedback page takes out scripts, events, frames and addresses",
    "gradebook": "the gradebook takes points from the checker and possible points from the course alone",
}


@dataclass(frozen=True)
class Attack:
    """One hostile submission: the honest notebook of the small course, changed as the fields say.

    id, asset, way  what it is called, what it is after, how it comes in
    tries           one sentence: what the attacker tries
    stopped_by      the defences of which each by itself stops it
    answer          the text of the exercise's cell; `exercise` says which
    cells           further code cells: text, or a whole cell; they stand before the first exercise
    edits           {id of a cell: changes of its nbgrader metadata}; {"delete": true} and {"twice": true} do that
    cell            {id of a cell: other fields}, such as outputs
    metadata        of the notebook
    files, links    shipped beside the notebook: {name: text}, {name: where a link leads}
    raw             the text of the whole file, in place of a notebook
    pad             {field: (text, how often)}: long texts, where @PAD@ stands
    then            answers of an accomplice who is graded next, an exercise a key
    shows           a pattern that grading must say, as the sign that the attack was really tried
    loses           why the attacker's own honest answer is lost with it; '' where it must be kept
    earns           points that the answer is worth honestly
    only            where it can run at all: '' anywhere, or a machine such as x86_64
    """

    id: str
    asset: str
    way: str
    tries: str
    stopped_by: tuple[str, ...]
    answer: str = ""
    exercise: str = "spread"
    cells: tuple[Any, ...] = ()
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cell: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    pad: tuple[Any, ...] = ()
    then: Mapping[str, str] = field(default_factory=dict)
    shows: str = ""
    loses: str = ""
    earns: float = 0.0
    only: str = ""


KNOWN = {f.name for f in fields(Attack)} - {"asset"}


def attacks() -> list[Attack]:
    """All that are declared, in the order of the table of assets. Raises DeclarationError."""
    found = [attack for path in sorted(FAMILIES.glob("*.toml")) for attack in family(path)]
    ids = [attack.id for attack in found]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise DeclarationError(f"two attacks are called {min(twice)}")
    assets, ways = list(ASSETS), list(WAYS)
    return sorted(found, key=lambda attack: (assets.index(attack.asset), ways.index(attack.way)))


def family(path: Path) -> list[Attack]:
    """The attacks of one file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_attack(path, data["asset"], entry) for entry in data["attack"]]


def _attack(path: Path, asset: str, entry: dict[str, Any]) -> Attack:
    name = f"{path.name}: {entry.get('id', 'an attack without an id')}"
    for key, known in (("field", set(entry) - KNOWN), ("asset", {asset} - set(ASSETS))):
        if known:
            raise DeclarationError(f"{name}: there is no {key} '{min(known)}'")
    if missing := {"id", "way", "tries", "stopped_by"} - set(entry):
        raise DeclarationError(f"{name}: '{min(missing)}' is missing")
    if entry["way"] not in WAYS:
        raise DeclarationError(f"{name}: there is no way '{entry['way']}'")
    if unknown := set(entry["stopped_by"]) - set(DEFENCES):
        raise DeclarationError(f"{name}: there is no defence '{min(unknown)}'")
    lists: dict[str, Any] = {key: tuple(entry[key]) for key in ("stopped_by", "cells", "pad") if key in entry}
    return Attack(**(entry | lists | {"asset": asset}))
