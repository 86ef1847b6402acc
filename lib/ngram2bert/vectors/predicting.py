"""Training by predicting: skip-gram and CBOW over the whole text, several readings, on one thread.

The matrices are small: two threads wait for each other and take twice as long on the clock as one.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from . import fast_cbow, fast_skipgram
from .blocks import blocks_a_step, flatten, steps
from .fast_skipgram import LAST
from .noise import noise_distribution
from .settings import Settings
from .subsampling import keep_probability

RATES = {"skipgram": 0.025, "cbow": 0.05}  # gensim's habit for the first, word2vec.c's for the second


def predict(
    sentences: list[list[int]],
    counts: Tensor,
    method: str,
    settings: Settings,
    seed: int,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Tensor, Tensor, float]:
    """(C, O, CPU seconds). C begins uniform in +-1/2m, O at 0, as in word2vec.c; the rate falls to LAST.

    progress: is told the share of the work that is done, now and then.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _predict(sentences, counts, method, settings, seed, progress)
    finally:
        torch.set_num_threads(threads)


def _predict(
    sentences: list[list[int]],
    counts: Tensor,
    method: str,
    settings: Settings,
    seed: int,
    progress: Callable[[float], None],
) -> tuple[Tensor, Tensor, float]:
    """`predict`, on as many threads as torch has."""
    began = time.process_time()
    generator = torch.Generator().manual_seed(seed)
    chance = np.random.default_rng(seed)
    vocab, m = len(counts), settings.m
    C = (torch.rand(vocab, m, generator=generator) - 0.5) / m  # (V, m)
    O = torch.zeros(vocab, m)  # (V, m)
    text = flatten(sentences)
    keep = keep_probability(counts, settings.sample).numpy() if settings.sample else np.ones(vocab)
    noise = noise_distribution(counts, settings.power)
    top = settings.rate or RATES[method]
    together = blocks_a_step(noise, settings.noise)
    drawn = fast_skipgram.noise_words(noise, together, chance)
    for reading in range(settings.epochs):
        reading_steps = steps(text, keep, settings.window, chance, settings.context == "reach", together)
        for number, step in enumerate(reading_steps):
            share = (reading + step.share) / settings.epochs
            rate = max(LAST, top * (1 - share))
            words = next(drawn)[: len(step.centres)]
            if method == "cbow":
                fast_cbow.update(C, O, step, words, settings.noise, rate, settings.spread)
            else:
                fast_skipgram.update(C, O, step, words, settings.noise, rate)
            if number % 500 == 0:
                progress(share)
    return C, O, time.process_time() - began
