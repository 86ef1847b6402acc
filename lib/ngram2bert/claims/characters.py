"""The letters of CMUdict's words: Kneser-Ney, counted in a fraction of a second, against a GRU with time on its side.

    race = run(budget=8)          # seconds of CPU time for each GRU
    print(race.sentence())        # where the GRU overtakes, if it does
    race.plot()
    committed().plot()            # the same, from the run of many minutes that ships with the course

A word is its spelling, one symbol a letter (and the apostrophe, the hyphen and the full stop), and `</s>`. Bits are
per symbol, the end included, on words whose stem is in no training word's family (see `corpora.CMUDict.split`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import torch

from ..corpora import cmudict
from ..ngrams import encode_splits, estimate
from .character_gru import Settings, Text, described, train
from .race import KneserNey, Race
from .record import committed as _committed

ORDERS = (2, 3, 4, 5, 6, 7, 8)
SEEDS = (1, 2, 3)


def spellings() -> tuple[list[str], Text, Text, Text]:
    """(symbols, train, validation, test): words as lists of symbol numbers."""
    texts = [[list(word) for word in part.words] for part in cmudict().split()]
    symbols, (train_words, validation, test) = encode_splits(texts, 1)
    return symbols, train_words, validation, test


def run(
    budget: float = 8.0,
    seeds: Sequence[int] = SEEDS,
    orders: Sequence[int] = ORDERS,
    asked: int | None = 3000,
    settings: Settings | None = None,
) -> Race:
    """Both models on the same words, one thread.

    budget: seconds of CPU time for each GRU; seeds: of the GRU's weights and batches (Kneser-Ney has no chance in
    it); orders: of Kneser-Ney; asked: how many test words, None for all; settings: the GRU's.
    """
    if budget <= 0 or not seeds or not orders:
        raise ValueError(f"budget {budget}, seeds {list(seeds)}, orders {list(orders)}: wanted above 0, one, one")
    settings = settings or Settings()
    symbols, words, _, test = spellings()
    test = test if asked is None else random.Random(0).sample(test, asked)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        counted = [count(words, test, len(symbols), order) for order in orders]
        trained = {seed: train(words, test, len(symbols), budget, seed, settings) for seed in seeds}
    finally:
        torch.set_num_threads(threads)
    tokens = sum(map(len, words)) + len(words)
    return Race(counted, trained, tokens, len(test), described(settings, len(symbols)))


def count(words: Text, test: Text, vocab_size: int, order: int, times: int = 3) -> KneserNey:
    """Modified Kneser-Ney: the fastest of a few estimates, and its bits."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        model = estimate(words, order, vocab_size)
        seconds.append(time.process_time() - began)
    return KneserNey(order, round(min(seconds), 4), model.bits(test))


def committed() -> Race:
    """The long run that `ngram2bert claims 01` made. Raises FileNotFoundError where there is none."""
    return Race.from_data(_committed("01-characters")["data"]["race"])
