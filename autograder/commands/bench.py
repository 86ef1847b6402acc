"""`ngram2bert bench`: our models and our grading beside their peers, in one run on one machine."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys

from autograder import bench as grading
from autograder.errors import UserError
from autograder.terminal import print_table
from ngram2bert import bench as library
from ngram2bert.bench import Row, Seconds
from ngram2bert.claims.record import machine, versions

HELP = "our models and our grading beside their peers: seconds and ratios, from one run"
EXAMPLE = "ngram2bert bench ngrams --tokens 100000"
BENCHES = library.BENCHES | grading.BENCHES
HEAD = ["what", "peer", "ours", "theirs", "ours/theirs", "on the clock"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)}; all without it")
    parser.add_argument("--tokens", type=int, default=800_000, help="how much text to train on (800,000)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run; the fastest counts (3)")
    parser.add_argument(
        "--class-size", type=int, default=1000, metavar="N", help="grading: learners of the class (1000)"
    )
    parser.add_argument("--stock", type=int, default=6, metavar="N", help="grading: how many stock nbgrader grades (6)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE as well; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 0; a peer that is not installed is skipped, with the reason."""
    unknown = [name for name in args.names if name not in BENCHES]
    if unknown:
        raise UserError(f"there is no bench '{unknown[0]}'; there are {', '.join(BENCHES)}")
    if args.tokens < 1000 or args.repeats < 1:
        raise UserError(f"--tokens {args.tokens} --repeats {args.repeats}: wanted 1000 or more, and 1 or more")
    if args.class_size < 1 or args.stock < 0:
        raise UserError(f"--class-size {args.class_size} --stock {args.stock}: wanted 1 or more, and 0 or more")
    rows: list[Row] = []
    for name in args.names or BENCHES:
        of = (args.class_size, args.stock) if name in grading.BENCHES else (args.tokens, args.repeats)
        rows += importlib.import_module(BENCHES[name]).rows(*of, _say)
    _say("")
    if args.json != "-":
        print_table(HEAD, [_cells(row) for row in rows])
        print()
        for row in rows:
            if row.note:
                print(f"{row.what}{', ' * bool(row.peer)}{row.peer}: {row.note}")
        host = machine()
        print(f"\nCPU time, the fastest of {args.repeats} (grading: of one); ratios below 1: ours is faster.")
        print(f"{host['processor']}, {host['cores']} cores, {host['memory_gib']} GiB, {host['system']}; {_load()}.")
    if args.json:
        found = {"machine": machine() | {"load": _load()}, "versions": versions(), "rows": [row.data() for row in rows]}
        data = json.dumps(found, indent=1)
        if args.json == "-":
            print(data)
        else:
            with open(args.json, "w", encoding="utf-8") as file:
                file.write(data + "\n")
    return 0


def _load() -> str:
    """What else the machine does."""
    return f"load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else "load unknown"


def _say(what: str) -> None:
    print(f"\r{what:<30}" + ("" if what else "\r"), end="", file=sys.stderr, flush=True)


def _cells(row: Row) -> list[str]:
    ratios = [f"{ratio:.3g}" if ratio is not None else "" for ratio in (row.ratio, row.wall_ratio)]
    return [row.what, row.peer, _time(row.ours), _time(row.theirs) if row.theirs else "", *ratios]


def _time(seconds: Seconds) -> str:
    """CPU time with a unit that fits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds.cpu >= 0.1 * scale:
            return f"{seconds.cpu / scale:.2f} {unit}"
    return f"{seconds.cpu / 1e-6:.3f} µs"
