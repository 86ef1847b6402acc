"""Word vectors of movie reviews: a word of the text, read once, beside gensim with one worker and with two.

The same text, number of readings and settings, but for the rate: each has its own. gensim's time holds its building of
the vocabulary, which ours finds done. Ours runs on one thread. gensim's workers are threads too: two of them save time
on the clock, not CPU time.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..vectors import Settings, train_vectors
from ..vectors.reviews import reviews
from .clock import Row, Seconds, missing, timed

NO_GENSIM = "gensim is not installed: pip install gensim (none for Python 3.14 yet)"
SETTINGS = Settings(epochs=1)


def rows(tokens: int = 800_000, repeats: int = 3, say: Callable[[str], None] = print) -> Iterator[Row]:
    """tokens: of the text; repeats: of each, the fastest counts; say: told what is under way."""
    say("the movie reviews")
    text = reviews(tokens)
    spoken = [[text.words[i] for i in sentence] for sentence in text.sentences]
    for method, name in (("skipgram", "skip-gram"), ("cbow", "CBOW")):
        what = f"{name}, a word of the text"
        say(f"our {name}")
        work = partial(train_vectors, text.sentences, text.counts, method, SETTINGS)
        ours = timed(work, repeats).each(text.tokens)
        for workers in (1, 2):
            peer = f"gensim, {workers} worker{'s' * (workers > 1)}"
            if importlib.util.find_spec("gensim") is None:
                yield missing(what, peer, ours, NO_GENSIM)
                continue
            say(f"{peer}, {name}")
            theirs = timed(partial(gensim, spoken, method, workers), repeats)
            yield _row(what, peer, ours, theirs.each(text.tokens))


def gensim(spoken: list[list[str]], method: str, workers: int) -> Any:
    """Word2Vec with SETTINGS."""
    from gensim.models import Word2Vec

    return Word2Vec(
        spoken,
        vector_size=SETTINGS.m,
        window=SETTINGS.window,
        min_count=1,
        sg=int(method == "skipgram"),
        negative=SETTINGS.noise,
        sample=SETTINGS.sample,
        epochs=SETTINGS.epochs,
        workers=workers,
        seed=1,
    )


def _row(what: str, peer: str, ours: Seconds, theirs: Seconds) -> Row:
    rates = f"on the clock {1 / ours.wall:,.0f} words a second, theirs {1 / theirs.wall:,.0f}"
    return Row(what, peer, ours, theirs, rates)
