"""`ngram2bert doctor`: what works on this machine and how to mend the rest."""

from __future__ import annotations

import argparse
import json
import platform
from dataclasses import asdict

from autograder.doctor import Finding, can_work, examine
from ngram2bert import __version__

HELP = "what works on this machine and how to mend the rest"
EXAMPLE = "ngram2bert doctor --json"
MARKS = {"ok": "ok", "warn": "warn", "fail": "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 when a learner can work here, else 1."""
    findings = examine()
    works = can_work(findings)
    if args.json:
        data = {
            "version": __version__,
            "python": platform.python_version(),
            "can_work": works,
            "checks": [asdict(finding) for finding in findings],
        }
        print(json.dumps(data, indent=1))
    else:
        print(table(findings))
        print()
        print("A learner can work here." if works else "A learner cannot work here yet: mend what says FAIL.")
    return 0 if works else 1


def table(findings: list[Finding]) -> str:
    """A row a finding; how to mend it on a line of its own, whole, since it is there to be copied."""
    wide = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        needed = "" if finding.reader == "learner" else f"  [{finding.reader}]"
        lines.append(f"{MARKS[finding.status]:<4} {finding.name:<{wide}}  {finding.detail}{needed}")
        if finding.mend and finding.status != "ok":
            lines.append(f"{'':<4} {'':<{wide}}  -> {finding.mend}")
    return "\n".join(lines)
