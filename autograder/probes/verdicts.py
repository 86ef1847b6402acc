"""Show the learner's test one implementation; return True where the test accepts it.

A test accepts by returning True or None, and rejects by returning False or by raising.
source  the text of the implementation; name: what it is called
"""

from __future__ import annotations

TYPE_CHECKING = False  # at run time torch, np and math are given
if TYPE_CHECKING:
    import math
    from collections.abc import Callable
    from typing import Any

    import numpy as np
    import torch


def probe(target: Callable[..., Any], source: str, name: str) -> bool:
    space: dict[str, Any] = {"torch": torch, "np": np, "math": math, "nn": torch.nn, "F": torch.nn.functional}
    exec(compile(source, "<implementation>", "exec", dont_inherit=True), space)
    try:
        verdict = target(space[name])
    except NotImplementedError:
        raise
    except Exception:
        return False
    return verdict is None or bool(verdict)
