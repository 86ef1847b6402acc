"""One door to all four methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from .counting import count_and_factorise
from .fast_glove import glove
from .predicting import predict
from .settings import METHODS, Settings
from .word_vectors import WordVectors


def train_vectors(
    sentences: list[list[int]],
    counts: Tensor,
    method: str = "skipgram",
    settings: Settings | None = None,
    seed: int = 1,
    words: Sequence[str] | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> WordVectors:
    """Word vectors of a text, by "skipgram", "cbow", "glove" or "ppmi-svd".

    sentences: of word numbers below V; counts: (V,), how often the text holds each; words: their spelling, else the
    numbers as text. The seed decides start, windows, noise and subsampling; one thread gives the same vectors again.
    progress: is told the share that is done, 0 to 1 (PPMI-SVD: not).
    Row i is the vector of word i under every method: C, but for GloVe C + O, as its authors take them.
    Raises ValueError for another method, or a sentence with a number that `counts` does not have.
    """
    settings = settings or Settings()
    spelled = list(map(str, range(len(counts)))) if words is None else words
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; wanted one of {', '.join(METHODS)}")
    if not sentences or max(map(max, filter(None, sentences)), default=-1) >= len(counts):
        raise ValueError(
            f"there are {len(counts)} counts: every word number must be 0 to {len(counts) - 1}, and one given"
        )
    if method == "glove":
        C, O, seconds, losses = glove(sentences, counts, settings, seed, progress)
        return WordVectors(spelled, C + O, None, seconds, losses)
    if method == "ppmi-svd":
        C, O, seconds = count_and_factorise(sentences, counts, settings, seed)
        return WordVectors(spelled, C, O, seconds)
    C, O, seconds = predict(sentences, counts, method, settings, seed, progress)
    return WordVectors(spelled, C, O, seconds)
