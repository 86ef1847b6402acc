"""What all tests share: one thread for torch, and Brown in numbers for those that ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two test runs on two cores must not fight for them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def brown_ids() -> tuple[list[str], list[list[list[int]]]]:
    """(words, (train, validation, test)): Bengio's split, words seen 4 times or more in train."""
    from ngram2bert.corpora import brown
    from ngram2bert.ngrams import encode_splits

    return encode_splits([part.sentences for part in brown().split()], 4)
