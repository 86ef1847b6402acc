"""What a check gives back to the notebook: a number, or a stop without a traceback."""

from __future__ import annotations

from typing import Any


class Score(float):
    """Points earned. Its repr is the number: nbgrader reads that as partial credit.

    case  the arguments of the smallest failing case, or None: `_.case` in the next cell
    """

    case: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"{float(self):g}"

    def _repr_html_(self) -> str:
        """Nothing to see: the card above says it."""
        return '<span class="n2b-score"></span>'


class Stopped(KeyboardInterrupt):
    """The learner stopped a check: the card says where it was, so the notebook shows no traceback."""

    def _render_traceback_(self) -> list[str]:
        return ["stopped"]
