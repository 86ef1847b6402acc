"""The process that grades beside a Dask worker: pickles in, a line of JSON for each out, until its input ends.

The first pickle is the `Grader`; its answer says what is installed here. Each further one is a `Task`.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import signal
import sys
from typing import Any

import torch

import ngram2bert
from autograder import sandbox
from autograder.errors import UserError
from autograder.journal import version
from autograder.pool import sandbox_description
from autograder.workers import Grader


def facts(grader: Grader) -> dict[str, str]:
    """What must be the same wherever a class is graded; the last is a hash of exercises, engine and library."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "torch": torch.__version__,
        "ngram2bert": ngram2bert.__version__,
        "course": version(grader.chapter, grader.released)[:12],
    }


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, whose end this sees
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anybody prints must not come between the answers
    grader: Grader | None = None

    def answer(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        try:
            grader = pickle.load(sys.stdin.buffer)
            assert isinstance(grader, Grader)
            versions = facts(grader)
        except EOFError:
            return
        except UserError as error:
            answer({"cannot": str(error)})
            return
        except Exception as error:  # another version of the course, in which a Grader is something else
            answer({"cannot": f"the grader cannot be read ({type(error).__name__}: {error})"})
            return
        answer({"versions": versions, "strength": sandbox.strength(), "sandbox": sandbox_description()})
        while True:
            task = pickle.load(sys.stdin.buffer)
            try:
                answer({"grade": grader.grade(task)})
            except UserError as error:
                answer({"cannot": str(error)})
    except (EOFError, BrokenPipeError):
        return
    finally:
        if isinstance(grader, Grader):
            grader.close()


if __name__ == "__main__":
    main()
