"""The seed a submission is graded with: secret, and the same whenever the same work is graded again."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.errors import UserError

BUCKETS = 32  # references and mistakes run so many times a class, not once a learner
SECRET_FILE = ".grading-secret"


def secret(root: Path) -> bytes:
    """The course's secret: from NGRAM2BERT_SECRET, else from a file beside course.toml that is made on first use."""
    if given := os.environ.get("NGRAM2BERT_SECRET"):
        return given.encode()
    path = root / SECRET_FILE
    try:
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        found = path.read_text().strip()
    except FileExistsError:  # another grader made it at the same moment
        found = path.read_text().strip()
    except OSError as error:
        raise UserError(
            f"the grading secret {path} can be neither read nor made ({error}); set NGRAM2BERT_SECRET instead"
        ) from error
    if not found:
        raise UserError(
            f"the grading secret {path} is empty; delete it to have a new one made (scores of random cases may change)"
        )
    return found.encode()


def grading_seed(key: bytes, assignment: str, learner: str) -> int:
    """HMAC(secret, assignment, learner id mod 32) as a 31-bit seed."""
    bucket = int.from_bytes(hashlib.sha256(learner.encode("utf-8", "surrogatepass")).digest()[:4], "big") % BUCKETS
    digest = hmac.new(key, f"{assignment}\x1f{bucket}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big") >> 1
