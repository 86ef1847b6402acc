"""`ngram2bert bench`: our models beside their peers, in one run on one machine."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from autograder.errors import UserError
from autograder.terminal import print_table
from ngram2bert.bench import BENCHES, Row, Seconds
from ngram2bert.claims.record import machine, versions

HELP = "our models beside their peers: seconds and ratios, from one run"
EXAMPLE = "ngram2bert bench ngrams --tokens 100000"
HEAD = ["what", "peer", "ours", "theirs", "ours/theirs", "on the clock", "note"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)}; all without it")
    parser.add_argument("--tokens", type=int, default=800_000, help="how much text to train on (800,000)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run; the fastest counts (3)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE as well; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 0; a peer that is not installed is skipped, with the reason."""
    unknown = [name for name in args.names if name not in BENCHES]
    if unknown:
        raise UserError(f"there is no bench '{unknown[0]}'; there are {', '.join(BENCHES)}")
    if args.tokens < 1000 or args.repeats < 1:
        raise UserError(f"--tokens {args.tokens} --repeats {args.repeats}: wanted 1000 or more, and 1 or more")
    rows: list[Row] = []
    for name in args.names or BENCHES:
        rows += importlib.import_module(BENCHES[name]).rows(args.tokens, args.repeats, _say)
    _say("")
    if args.json != "-":
        print_table(HEAD, [_cells(row) for row in rows])
        print(f"\nCPU time, the fastest of {args.repeats}; ratios below 1: ours is faster. {machine()['processor']}.")
    if args.json:
        found = {"machine": machine(), "versions": versions(), "rows": [row.data() for row in rows]}
        data = json.dumps(found, indent=1)
        if args.json == "-":
            print(data)
        else:
            with open(args.json, "w", encoding="utf-8") as file:
                file.write(data + "\n")
    return 0


def _say(what: str) -> None:
    print(f"\r{what:<30}" + ("" if what else "\r"), end="", file=sys.stderr, flush=True)


def _cells(row: Row) -> list[str]:
    ratios = [f"{ratio:.3g}" if ratio is not None else "" for ratio in (row.ratio, row.wall_ratio)]
    return [row.what, row.peer, _time(row.ours), _time(row.theirs) if row.theirs else "", *ratios, row.note]


def _time(seconds: Seconds) -> str:
    """CPU time with a unit that fits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds.cpu >= 0.1 * scale:
            return f"{seconds.cpu / scale:.2f} {unit}"
    return f"{seconds.cpu / 1e-6:.3f} µs"
