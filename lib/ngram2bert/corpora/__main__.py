"""`python -m ngram2bert.corpora`: fetch, check and cache all corpora, a line each; exit status 1 when one fails."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence

from . import CorpusError, brown, cmudict, movie_reviews, status
from .similarity import can_be_had, word_pairs

LOADERS: dict[str, Callable[[], object]] = {"brown": brown, "movie_reviews": movie_reviews, "cmudict": cmudict}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0 when every corpus is at hand, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m ngram2bert.corpora",
        description="Fetch the corpora of the course, check them and cache them; a line each.",
        epilog="example: python -m ngram2bert.corpora --check --json",
    )
    parser.add_argument("--check", action="store_true", help="only report what is at hand; fetch and write nothing")
    parser.add_argument("--json", action="store_true", help="print a list of objects instead of lines")
    options = parser.parse_args(arguments)
    failures = {} if options.check else fetch(quiet=options.json)
    states = status()
    if options.json:
        print(json.dumps([state.as_dict() for state in states], indent=1))
    elif options.check:
        for state in states:
            size = f"{state.bytes / 1e6:6.1f} MB" if state.ok else "   -     "
            print(f"{state.name:14} {'ok     ' if state.ok else 'missing'} {size}  {state.where or state.message}")
    return 0 if all(state.ok for state in states) and not failures else 1


def fetch(quiet: bool = False) -> dict[str, str]:
    """Load every corpus, so that it is fetched, checked and cached; what failed, with the reason."""
    failures: dict[str, str] = {}
    loaders = LOADERS | ({"word_pairs": word_pairs} if can_be_had() else {})
    for name, load in loaders.items():
        start = time.perf_counter()
        try:
            corpus = load()
        except CorpusError as error:
            failures[name] = str(error)
            print(f"{name:14} failed  {error}", file=sys.stderr)
            continue
        if not quiet:
            print(f"{name:14} ok      {corpus!r} in {time.perf_counter() - start:.1f} s", flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(main())
