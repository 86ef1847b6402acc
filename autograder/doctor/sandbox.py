"""The doctor on the sandbox: which layers hold strange code on this machine, and what they amount to."""

from __future__ import annotations

import sys

from autograder import sandbox
from autograder.doctor.finding import Finding
from autograder.sandbox.kernel import LINUX


def grader() -> list[Finding]:
    """What holds a submission back when `ngram2bert grade` runs here."""
    there = sandbox.strength() == "sandboxed"
    mend = "" if there else "mend the layers below; till then grade only people you trust, with --unsandboxed"
    return [Finding("grading", "ok" if there else "warn", sandbox.description(), mend, "teacher")]


def layers() -> list[Finding]:
    """A finding a layer that this machine offers or lacks."""
    if not LINUX:
        mend = "grade submissions of strangers on Linux, or in a container or virtual machine"
        return [Finding("sandbox layers", "warn", f"none on {sys.platform}", mend, "teacher")]
    return [row(layer) for layer in sandbox.LAYERS]


def row(layer: sandbox.Layer) -> Finding:
    """A row for a layer."""
    there, detail = layer.present()
    return Finding(layer.name, "ok" if there else "warn", detail, "" if there else layer.mend, "teacher")
