"""Make a notebook of answers, as nbgrader's metadata would have it."""

from __future__ import annotations

from typing import Any

from autograder.exercise import Exercise

GIVEN = "import math\nimport torch\nfrom torch import nn, Tensor\nfrom torch.nn import functional as F\n"


def code(source: str, name: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A code cell."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def make(exercises: dict[str, Exercise], answers: dict[str, str] | None = None) -> dict[str, Any]:
    """A notebook with a cell an exercise: the answer given, or the solution."""
    cells = [code(GIVEN, "given", {"tags": ["given"]})]
    for name, exercise in exercises.items():
        common = {"schema_version": 3, "task": False}
        cells.append(
            code(
                (answers or {}).get(name, exercise.source),
                name,
                {"nbgrader": {"grade_id": name, "solution": True, "grade": False, "locked": False, **common}},
            )
        )
        cells.append(
            code(
                f'check("{name}")',
                f"check-{name}",
                {
                    "nbgrader": {
                        "grade_id": f"check-{name}",
                        "solution": False,
                        "grade": True,
                        "locked": True,
                        "points": exercise.points,
                        **common,
                    }
                },
            )
        )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
