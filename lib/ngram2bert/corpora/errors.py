"""What a corpus says when it cannot be had: always one line."""

from __future__ import annotations


class CorpusError(Exception):
    """A corpus could not be had or read. The message is one line: what was tried, what was found, what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
