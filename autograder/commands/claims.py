"""`ngram2bert claims`: the papers' claims, measured on our data, with figures and spread."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

from autograder.errors import UserError
from ngram2bert import claims
from ngram2bert.claims import record

HELP = "the papers' claims on our data, with figures and spread, into docs/results"
EXAMPLE = "ngram2bert claims 01 --only chen-goodman"
PAGES = Path(__file__).parents[2] / "docs" / "results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", nargs="?", help="a chapter's number; all chapters without it. Takes many minutes")
    parser.add_argument("--only", metavar="NAME", help="only the claims whose name holds this")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="write both files of a claim there instead")
    parser.add_argument("--page", action="store_true", help="write the page again from the data of the last run")
    parser.add_argument("--json", action="store_true", help="also print the records")


def run(args: argparse.Namespace) -> int:
    """Exit status 0; each claim leaves NAME.json (data) and NAME.md (a page)."""
    chosen = [_number(args.chapter)] if args.chapter else list(claims.LONG)
    wanted = [claim for chapter in chosen for claim in claims.of_chapter(chapter) if (args.only or "") in claim.NAME]
    if not wanted:
        raise UserError(f"no claim of chapter {', '.join(chosen)} has '{args.only}' in its name")
    torch.set_num_threads(1)
    records = []
    for claim in wanted:
        if args.page:
            found = _committed(claim.NAME)
        else:
            print(f"{claim.NAME}: {claim.TITLE}", file=sys.stderr, flush=True)
            found = record.measured(claim)
        data, pages = (args.into, args.into) if args.into else (record.RESULTS, PAGES)
        paths = record.write(claim, found, data, pages)
        records.append(found)
        if not args.json:
            print(f"{record.markdown(claim, found)}\n{' and '.join(path.name for path in paths)} written.\n")
    if args.json:
        print(json.dumps(records, indent=1, ensure_ascii=False))
    return 0


def _number(chapter: str) -> str:
    """`01` for `01`, `1` or `01-ngrams`."""
    number = chapter.split("-")[0].zfill(2)
    if number not in claims.LONG:
        raise UserError(f"chapter {chapter} has no claims; {', '.join(claims.LONG)} have")
    return number


def _committed(name: str) -> dict[str, object]:
    try:
        return record.committed(name)
    except FileNotFoundError as error:
        raise UserError(str(error)) from None
