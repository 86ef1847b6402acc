"""One training of word vectors and what it scored: kept in the cache, so that a long experiment can be stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from ..corpora.cache import cache_folder
from ..corpora.similarity import Pair, simlex999, wordsim353
from ..vectors import Settings, WordVectors, rank_correlation, train_vectors
from ..vectors.reviews import Text, reviews

# 0: the whole text. GloVe reads its table of counts, not the text, and its authors weight by 1/d and drop no words.
HABITS = {
    "skipgram": Settings(),
    "cbow": Settings(),
    "glove": Settings(sample=0.0, context="harmonic", epochs=10),
    "ppmi-svd": Settings(),
}
SETS: dict[str, Callable[[], list[Pair]]] = {"WordSim-353": wordsim353, "SimLex-999": simlex999}


@dataclass(frozen=True)
class Scored:
    """What one table of vectors says of one set of pairs.

    rho: Spearman, NaN where too few pairs are covered; people, cosines: of the pairs whose words both have vectors;
    which: their places in the set.
    """

    rho: float
    which: tuple[int, ...]
    people: tuple[float, ...]
    cosines: tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """seconds: CPU time of the training; scored: by set; added: the same with C + O, where there is an O."""

    seconds: float
    scored: dict[str, Scored]
    added: dict[str, Scored]


def score(vectors: WordVectors, pairs: list[Pair]) -> Scored:
    """Pairs with a word that has no vector are left out, not scored 0: the count says how many are left."""
    which = [i for i, (a, b, _) in enumerate(pairs) if a in vectors.index and b in vectors.index]
    people = [pairs[i][2] for i in which]
    cosines = [round(vectors.similarity(pairs[i][0], pairs[i][1]), 5) for i in which]
    rho = rank_correlation(torch.tensor(cosines, dtype=torch.float64), torch.tensor(people, dtype=torch.float64))
    return Scored(float(rho), tuple(which), tuple(people), tuple(cosines))


@lru_cache(maxsize=2)
def text(size: int) -> Text:
    """The first so many words of the reviews; 0 for all."""
    return reviews(size or None)


def run(method: str, size: int, settings: Settings, seed: int, keep: bool = True) -> Run:
    """Trains and scores, or finds what an earlier call with the same arguments kept."""
    path = run_path(method, size, settings, seed)
    if keep and path.exists():
        return read(json.loads(path.read_text(encoding="utf-8")))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        source = text(size)
        vectors = train_vectors(source.sentences, source.counts, method, settings, seed, source.words)
    finally:
        torch.set_num_threads(threads)
    made = of_vectors(vectors)
    if keep:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(asdict(made)), encoding="utf-8")
        os.replace(partial, path)
    return made


def of_vectors(vectors: WordVectors) -> Run:
    """Both sets, for C and, where there is an O, for C + O."""
    scored = {name: score(vectors, pairs()) for name, pairs in SETS.items()}
    added = {} if vectors.outputs is None else {name: score(vectors.added(), pairs()) for name, pairs in SETS.items()}
    return Run(round(vectors.seconds, 2), scored, added)


def run_path(method: str, size: int, settings: Settings, seed: int) -> Path:
    """Where a run is kept."""
    told = "-".join(f"{name}{value}" for name, value in vars(settings).items() if value != getattr(Settings(), name))
    return cache_folder().parent / "runs" / f"vectors-{method}-{size}-{told or 'plain'}-seed{seed}.json"


def read(data: dict[str, Any]) -> Run:
    """What `asdict` made of a run."""
    parts = {
        kind: {name: Scored(s["rho"], *(tuple(s[k]) for k in ("which", "people", "cosines"))) for name, s in of.items()}
        for kind, of in (("scored", data["scored"]), ("added", data["added"]))
    }
    return Run(data["seconds"], **parts)
