"""The connection to Dask's scheduler: what goes wrong with it costs one line."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autograder.errors import UserError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0
TAKE = ("running", "paused")  # paused: it goes on when it has memory again
KEPT = "what was graded so far is kept, and the same command goes on from there"


@contextlib.contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at `tcp://HOST:PORT`. Raises UserError where none answers."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UserError(
            f"--cluster needs Dask, which is not installed here ({error}): pip install distributed"
        ) from error
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)  # what it has to say is said here, in one line
    try:
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="ngram2bert-grade")
        except (OSError, ValueError, TypeError) as error:
            why = " ".join(str(error).split())[:200]
            raise UserError(
                f"no Dask scheduler answers at {address} ({why}); "
                "start one with `dask scheduler`, which prints its address: --cluster tcp://HOST:8786"
            ) from error
        with client:
            yield client
    finally:
        log.setLevel(level)


def workers(client: Client, address: str) -> Mapping[str, Mapping[str, Any]]:
    """{address: what the scheduler knows of that worker}, of those that take work."""
    try:
        assert client.scheduler is not None
        found: dict[str, Any] = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT_SECONDS)
    except (OSError, AssertionError, RuntimeError) as error:
        raise UserError(f"the scheduler at {address} has gone; {KEPT}") from error
    return {where: about for where, about in found["workers"].items() if about["status"] in TAKE}
