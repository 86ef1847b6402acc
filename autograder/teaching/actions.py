"""Points for GitHub Actions: `python -m autograder.teaching.actions points.json`, made by `ngram2bert check --json`.

Writes a table to the job's summary page and the two notices from which GitHub Classroom, and what followed it, read
points.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.markdown import plain


def summary(data: Mapping[str, Any]) -> str:
    """The table in Markdown; what a learner's code said is shown as it is, not as markup."""
    rows = [
        f"| {name} | {mark['points']:g} of {mark['possible']:g} | {_cell(mark['reason'])} |"
        for name, mark in data["exercises"].items()
    ]
    remarks = [f"\nNote: {_cell(remark)}." for remark in data["remarks"]]
    head = [f"### {data['chapter']}: {data['points']:g} of {data['possible']:g} points", ""]
    return "\n".join([*head, "| exercise | points | why |", "|---|---|---|", *rows, *remarks, ""])


def notices(data: Mapping[str, Any]) -> str:
    """Workflow commands; numbers only, so that nothing of a submission is read as a command."""
    points, possible = float(data["points"]), float(data["possible"])
    report = json.dumps({"totalPoints": points, "maxPoints": possible})
    return (
        f"::notice title=Autograding complete::Points {points:g}/{possible:g}\n"
        f"::notice title=Autograding report::{report}\n"
    )


def _cell(text: str) -> str:
    return plain(" ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;"))


def main(path: Path) -> int:
    """Exit status 0; 2 where the file does not hold points."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        text, commands = summary(data), notices(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"ngram2bert: {path} does not hold what `ngram2bert check --json` prints: {error!r}", file=sys.stderr)
        return 2
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place:
        with open(place, "a", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)
    print(commands, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
