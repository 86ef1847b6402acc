"""What the n-gram tests share: one thread, Brown in numbers."""

import pytest
import torch

from ngram2bert.corpora import brown
from ngram2bert.ngrams import encode_splits


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def brown_ids():
    """(words, (train, validation, test)): Bengio's split, words seen 4 times or more in train."""
    return encode_splits([part.sentences for part in brown().split()], 4)
