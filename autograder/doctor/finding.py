"""What a check of the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]
Reader = Literal["learner", "teacher", "maintainer"]


@dataclass(frozen=True)
class Finding:
    """One row of the doctor's table.

    status  fail: a learner cannot work; warn: they can, but something is missing; ok
    mend    what to do about it, a sentence or a command; empty when there is nothing to do
    reader  who needs it
    """

    name: str
    status: Status
    detail: str
    mend: str = ""
    reader: Reader = "learner"
