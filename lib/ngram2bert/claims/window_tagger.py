"""A network over a window of words against chapter 02's tagger, on the same test documents.

    committed().table()           # three seeds each, from `ngram2bert claims 03`
    run(train, test, seeds=(1,), epochs=0.5)

All 472 tags of Brown; the judge is chapter 02's: accuracy on all, known and unknown words, intervals by a paired
bootstrap over documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from ..corpora import Brown
from ..neural.tagger import WindowTagger
from .record import committed as _committed
from .tagger_table import TaggerTable
from .taggers import Judge, Tag, ours

HMM = "HMM: trigrams, endings, capitals (chapter 02)"
FULL, PLAIN = "window of words and spellings", "window of words alone"
SEEDS = (1, 2, 3)
EPOCHS = 2.0


def run(
    train: Brown,
    test: Brown,
    seeds: Sequence[int] = SEEDS,
    epochs: float = EPOCHS,
    kinds: Sequence[str] = (FULL, PLAIN),
) -> TaggerTable:
    """Trains the networks and judges them beside chapter 02's tagger, one thread; rows are named `KIND, seed S`.

    train, test: parts of Brown, as `split_documents` gives them. A reading takes a network about
    40 s of CPU time.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        judge = Judge(train, test)
        judge.add(HMM, partial(ours, train, {}))
        for kind in kinds:
            for seed in seeds:
                judge.add(named(kind, seed), partial(_trained, train, seed, epochs, kind == FULL))
        return judge.table()
    finally:
        torch.set_num_threads(threads)


def named(kind: str, seed: int) -> str:
    """The row of a seed."""
    return f"{kind}, seed {seed}"


def _trained(train: Brown, seed: int, epochs: float, spelling: bool) -> Tag:
    return WindowTagger.trained(train.sentences, train.tags, seed, epochs, spelling).tag


def committed() -> TaggerTable:
    """The long run that `ngram2bert claims 03` made. Raises FileNotFoundError where there is none."""
    return TaggerTable.from_data(_committed("03-window-tagger")["data"]["table"])
