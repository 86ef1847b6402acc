"""Is it the same algorithm? Our skip-gram beside gensim's, same text and settings: are the same pairs alike to both?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..vectors import Settings, WordVectors, rank_correlation, train_vectors
from ..vectors.reviews import Text
from .vector_runs import SETS, score

SEEDS = (1, 2, 3, 4, 5)


def gensim_vectors(text: Text, method: str, settings: Settings, seed: int) -> WordVectors:
    """Trains gensim's Word2Vec, one worker, with our settings. Raises ImportError where gensim is not installed."""
    from gensim.models import Word2Vec

    began = time.process_time()
    model = Word2Vec(
        [[text.words[i] for i in sentence] for sentence in text.sentences],
        vector_size=settings.m,
        window=settings.window,
        min_count=1,
        sg=int(method == "skipgram"),
        negative=settings.noise,
        ns_exponent=settings.power,
        sample=settings.sample,
        epochs=settings.epochs,
        alpha=settings.rate or {"skipgram": 0.025, "cbow": 0.05}[method],
        min_alpha=0.0001,
        workers=1,
        seed=seed,
    )
    table = torch.from_numpy(np.array(model.wv[text.words]))
    return WordVectors(text.words, table, None, time.process_time() - began)


def compare(ours: Sequence[WordVectors], theirs: Sequence[WordVectors], pairs: str = "WordSim-353") -> dict[str, Any]:
    """Both sides' rho a seed, and Spearman between the mean similarities of the covered pairs.

    between: of our mean with theirs; each: the mean over pairs of seeds, one ours and one theirs; own: the same among
    gensim's own seeds, what one may hope for.
    """
    scored = [[score(vectors, SETS[pairs]()) for vectors in side] for side in (ours, theirs)]
    cosines = [torch.tensor([s.cosines for s in side], dtype=torch.float64) for side in scored]  # (seeds, N)
    mine, other = cosines
    cross = [float(rank_correlation(a, b)) for a in mine for b in other]
    own = [float(rank_correlation(other[i], other[j])) for i in range(len(other)) for j in range(i)]
    return {
        "pairs": mine.shape[1],
        "ours": [round(s.rho, 4) for s in scored[0]],
        "gensim": [round(s.rho, 4) for s in scored[1]],
        "between": round(float(rank_correlation(mine.mean(0), other.mean(0))), 4),
        "each": round(sum(cross) / len(cross), 4),
        "own": round(sum(own) / len(own), 4) if own else None,
        "seconds": [[round(v.seconds, 1) for v in side] for side in (ours, theirs)],
    }


def agreement(text: Text, method: str, settings: Settings, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Trains both sides with every seed and compares: see `compare`."""
    ours = [train_vectors(text.sentences, text.counts, method, settings, seed, text.words) for seed in seeds]
    theirs = [gensim_vectors(text, method, settings, seed) for seed in seeds]
    return {"seeds": list(seeds), "tokens": text.tokens, "settings": vars(settings), **compare(ours, theirs)}
