"""What came of running a learner's code on one case: plain data, the same in the kernel, in a child and in `verify`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["value", "error", "stub", "missing", "timeout", "died"]
KINDS: tuple[str, ...] = ("value", "error", "stub", "missing", "timeout", "died")


@dataclass(frozen=True)
class Outcome:
    """The result of one probe on one case.

    kind     value: `value` holds what the probe returned; error: the code raised `error` with `message`;
             stub: it raised NotImplementedError; missing: nothing of that name exists;
             timeout: it had to be stopped; died: its process ended
    value    plain data (numbers, strings, lists, tuples, dicts, tensors)
    error    the name of the exception's class
    message  its text, at most 500 characters
    line     the learner's own source line that raised it; of a stub, the function that is one; a similar name where the
             wanted one is missing
    digest   of the bytes that it was decoded from, where it came from a child: equal digests, equal outcomes
    """

    kind: Kind
    value: Any = None
    error: str = ""
    message: str = ""
    line: str = ""
    digest: bytes = field(default=b"", repr=False, compare=False)

    @property
    def ran(self) -> bool:
        """True where the code came to an end by itself, with a value or an exception."""
        return self.kind in ("value", "error")
