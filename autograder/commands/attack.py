"""`ngram2bert attack`: hostile submissions, graded as any other; none may gain, read, write or reach out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from autograder.attacks import runner
from autograder.attacks.declared import attacks
from autograder.errors import UserError
from autograder.pool import sandbox_description
from autograder.terminal import print_table

HELP = "grade the hostile submissions: none may gain, read, write or reach out"
EXAMPLE = "ngram2bert attack --only network --only points"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORD", help="an attack, an asset or a way in; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="say what each attack tries, and run none")
    parser.add_argument("--json", metavar="FILE", help="write the results to FILE; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 where every attack was stopped, else 1."""
    chosen = runner.chosen(attacks(), args.only)
    if args.list:
        print_table(["attack", "asset", "way", "tries"], [[a.id, a.asset, a.way, a.tries] for a in chosen])
        return 0
    print(f"{len(chosen)} attacks; {sandbox_description()}.", file=sys.stderr)
    with tqdm(total=len(chosen), unit="attack", leave=False, disable=None) as bar:
        results = runner.run(chosen, lambda _: bar.update() and None)
    bad = [result for result in results if result.outcome != runner.STOPPED]
    if args.json:
        _write(args.json, results)
    if args.json != "-":
        print_table(["attack", "asset", "way", "outcome", "ms"], [_row(result) for result in results])
        for result in bad:
            print(
                f"\n{result.attack.id}: {result.outcome}: {'; '.join(result.why)}\n  it {_lower(result.attack.tries)}"
            )
            print(f"  grading said: {' '.join(result.said.split())[:400]}")
        print(f"\n{len(results) - len(bad)} of {len(results)} attacks stopped; {sandbox_description()}")
    return int(bool(bad))


def _row(result: runner.Result) -> list[str]:
    missing = f": {result.why[-1]}" if result.outcome == runner.NOT_STOPPED else ""
    attack = result.attack
    return [attack.id, attack.asset, attack.way, result.outcome + missing, f"{result.milliseconds:.0f}"]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _write(place: str, results: list[runner.Result]) -> None:
    data = {
        "sandbox": sandbox_description(),
        "attacks": [
            {
                "id": result.attack.id,
                "asset": result.attack.asset,
                "way": result.attack.way,
                "outcome": result.outcome,
                "why": list(result.why),
                "said": result.said,
                "ms": round(result.milliseconds),
            }
            for result in results
        ],
    }
    text = json.dumps(data, indent=1)
    if place == "-":
        print(text)
        return
    try:
        Path(place).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"the results cannot be written to {place}: {error.strerror}") from error
