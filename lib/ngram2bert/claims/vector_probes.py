"""What else one may ask of word vectors, each a small experiment: PMI, analogies, senses, opposites, bias."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..corpora.similarity import analogies
from ..vectors import Settings, WordVectors, noise_distribution
from ..vectors.counting import count
from ..vectors.reviews import Text
from .levy_rows import mean_ranks

# word, its opposite, a word of nearly the same meaning: written down before the vectors were looked at
OPPOSITES = tuple(
    tuple(row.split())
    for row in [
        "good bad great",
        "best worst finest",
        "love hate adore",
        "happy sad glad",
        "strong weak powerful",
        "beautiful ugly gorgeous",
        "rich poor wealthy",
        "easy difficult simple",
        "smart stupid clever",
        "funny serious hilarious",
        "fast slow quick",
        "big small large",
        "true false real",
        "old young elderly",
        "boring exciting dull",
        "brilliant terrible superb",
    ]
)
SENSES = ("play", "bank", "cast", "shot", "star", "plays")
# Caliskan, Bryson & Narayanan 2017: attributes of their test of career and family; here with words for men and women
MEN = ["he", "him", "his", "himself", "man", "men", "boy", "father", "brother", "son", "uncle", "husband"]
WOMEN = ["she", "her", "hers", "herself", "woman", "women", "girl", "mother", "sister", "daughter", "aunt", "wife"]
CAREER = ["executive", "management", "professional", "corporation", "salary", "office", "business", "career"]
FAMILY = ["home", "parents", "children", "family", "cousins", "marriage", "wedding", "relatives"]


@dataclass(frozen=True)
class AsPMI:
    """C.O against PMI - log k over the pairs that occur often enough: Pearson, Spearman, slope of the best line."""

    pairs: int
    pearson: float
    spearman: float
    slope: float


def as_pmi(vectors: WordVectors, text: Text, settings: Settings, least: float = 10.0) -> AsPMI:
    """Levy & Goldberg 2014, equation 7: at the optimum of skip-gram C[w].O[c] = log p(c|w) - log q(c) - log k.

    Counts are those that training sees: subsampled, windows weighted as they are drawn. least: weighted co-occurrences.
    """
    if vectors.outputs is None:
        raise ValueError("these vectors have no table of outputs: give skip-gram's")
    table = count(text.sentences, text.counts, settings, seed=1)
    rows = np.bincount(table.i, table.x, table.vocab)
    often = table.x >= least
    i, j, x = table.i[often], table.j[often], table.x[often].astype(np.float64)
    q = noise_distribution(text.counts, settings.power).numpy()
    wanted = torch.from_numpy(np.log(x / rows[i]) - np.log(q[j]) - math.log(settings.noise))
    found = (vectors.table[torch.from_numpy(i)] * vectors.outputs[torch.from_numpy(j)]).sum(1).double()
    both = torch.stack((wanted, found))
    slope = float(torch.cov(both)[0, 1] / wanted.var())
    ranks = np.corrcoef(
        mean_ranks(wanted.numpy()), mean_ranks(found.numpy())
    )  # `rank_correlation` compares all with all
    return AsPMI(len(x), float(torch.corrcoef(both)[0, 1]), float(ranks[0, 1]), slope)


def analogy_scores(vectors: WordVectors) -> dict[str, tuple[int, int]]:
    """By kind (right, asked): 3CosAdd over the questions whose words all have vectors; kinds with none are left out."""
    scores = {}
    for kind, questions in analogies().items():
        rows = [[vectors.index[w] for w in q] for q in questions if all(w in vectors.index for w in q)]
        if not rows:
            continue
        a, b, c, d = torch.tensor(rows).T
        unit = vectors.unit
        cosine = (unit[b] - unit[a] + unit[c]) @ unit.T  # (Q, V)
        for given in (a, b, c):
            cosine[torch.arange(len(rows)), given] = -math.inf
        scores[kind] = (int((cosine.argmax(1) == d).sum()), len(rows))
    return scores


def opposites(
    vectors: WordVectors, triples: Sequence[Sequence[str]] = OPPOSITES
) -> list[tuple[str, str, float, str, float]]:
    """(word, opposite, cosine, word of nearly the same meaning, cosine) for every triple that is covered."""
    return [
        (a, b, round(vectors.similarity(a, b), 3), c, round(vectors.similarity(a, c), 3))
        for a, b, c in triples
        if all(word in vectors.index for word in (a, b, c))
    ]


def senses(vectors: WordVectors, words: Sequence[str] = SENSES, counted: int = 10) -> dict[str, list[str]]:
    """The nearest words of words that mean several things."""
    return {word: [near for near, _ in vectors.nearest(word, counted)] for word in words if word in vectors.index}


@dataclass(frozen=True)
class Association:
    """effect: how much nearer to men than to women the words for a career are, against those for a family, in standard
    deviations (0: no difference); p: the share of random splits with an effect as large; words: that were covered."""

    effect: float
    p: float
    words: int


def association(
    vectors: WordVectors,
    targets: tuple[Sequence[str], Sequence[str]] = (CAREER, FAMILY),
    attributes: tuple[Sequence[str], Sequence[str]] = (MEN, WOMEN),
    draws: int = 10_000,
    seed: int = 1,
) -> Association:
    """The word embedding association test of Caliskan, Bryson & Narayanan 2017 (Science 356).

    It measures vectors, and through them this text; it says nothing of where the association comes from, nor of people.
    """
    first, second = ([word for word in words if word in vectors.index] for words in targets)
    men, women = (_rows(vectors, words) for words in attributes)  # (A, m) each
    here = _rows(vectors, [*first, *second])  # (N, m)
    leaning = ((here @ men.T).mean(1) - (here @ women.T).mean(1)).double()  # (N,)
    number = len(first)

    def gap(values: Tensor) -> Tensor:
        return values[..., :number].mean(-1) - values[..., number:].mean(-1)

    generator = torch.Generator().manual_seed(seed)
    shuffled = torch.stack([leaning[torch.randperm(len(leaning), generator=generator)] for _ in range(draws)])
    p = float((gap(shuffled) >= gap(leaning)).double().mean())
    return Association(float(gap(leaning) / leaning.std()), p, len(leaning))


def _rows(vectors: WordVectors, words: Sequence[str]) -> Tensor:
    return vectors.unit[[vectors.index[word] for word in words if word in vectors.index]]


def all_probes(vectors: WordVectors) -> dict[str, Any]:
    """All but `as_pmi`, as plain data."""
    return {
        "analogies": {kind: list(score) for kind, score in analogy_scores(vectors).items()},
        "opposites": [list(row) for row in opposites(vectors)],
        "senses": senses(vectors),
        "association": asdict(association(vectors)),
    }
