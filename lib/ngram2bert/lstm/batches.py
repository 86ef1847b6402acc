"""Batches that follow one another: row b of a batch goes on where row b of the last one ended."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor


def contiguous_batches(text: Tensor, B: int, T: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Cuts a text into B long pieces, lays them side by side, and yields them T steps at a time.

    Column b of a batch goes on where column b of the batch before it ended, so a state can be handed on. The target of
    a word is the word after it in the text, across the borders of batches and of columns as well. The N-1 words that
    have one after them make columns of (N-1) // B steps; what is left over at the end of the text is dropped.

    text: (N,) int64; B: columns, 1 or more; T: steps a batch, 1 or more.
    Yields inputs and targets (T, B), time first; the last pair may have fewer steps.
    Source: Zaremba, Sutskever & Vinyals 2014, section 4.1: successive batches traverse the text.
    """
    L = (len(text) - 1) // B
    inputs = text[: B * L].reshape(B, L).T  # (L, B)
    targets = text[1 : B * L + 1].reshape(B, L).T  # (L, B)
    for start in range(0, L, T):
        yield inputs[start : start + T], targets[start : start + T]
