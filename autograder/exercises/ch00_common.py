"""Chapter 00: what its declarations share."""

from collections.abc import Sequence
from functools import partial

from torch import Generator, Tensor

from autograder.exercise import exercise as declare
from ngram2bert.corpora.splits import digest

# what the notebook's given cell imports
GIVEN = {"Generator": Generator, "Sequence": Sequence, "Tensor": Tensor, "digest": digest}
exercise = partial(declare, needs=GIVEN)
