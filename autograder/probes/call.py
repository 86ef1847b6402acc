"""Call the function; return its value and its arguments as they are afterwards, so that a changed input shows."""

from __future__ import annotations

TYPE_CHECKING = False  # at run time torch, np and math are given
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def probe(target: Callable[..., Any], **case: Any) -> dict[str, Any]:
    value = target(**case)
    return {"value": value, "arguments": case}
