"""Our fast skip-gram and CBOW against gensim's: two programs, no code in common, the same opinion of pairs of words."""

from __future__ import annotations

import pytest
import torch

from ngram2bert.claims import levy
from ngram2bert.claims.gensim_agreement import agreement, gensim_vectors
from ngram2bert.claims.spread import mean_and_sd
from ngram2bert.corpora import brown
from ngram2bert.vectors import Settings, rank_correlation, train_vectors
from ngram2bert.vectors.reviews import numbered, reviews

gensim = pytest.importorskip("gensim", reason="gensim has no wheel for this Python")
SMALL = Settings(m=32, epochs=10)


def opinions(vectors, rows):
    """Cosines of all pairs among some rows."""
    unit = vectors.unit[rows]
    upper = torch.triu_indices(len(rows), len(rows), 1)
    return (unit @ unit.T)[upper[0], upper[1]].double()[::7]  # rank_correlation compares all with all


@pytest.mark.parametrize("method", ["skipgram", "cbow"])
def test_a_small_text_gives_like_opinions(method):
    """Of common words, one seed each: about as near to gensim as another seed of gensim is."""
    spoken = [[word.lower() for word in s if word[0].isalpha()] for s in brown().sentences[:6000]]
    text = numbered(spoken, 5)
    rows = torch.arange(100, 220)  # words that occur often, and mean something
    ours = opinions(train_vectors(text.sentences, text.counts, method, SMALL, 1, text.words), rows)
    theirs, again = (opinions(gensim_vectors(text, method, SMALL, seed), rows) for seed in (1, 2))
    own, between = float(rank_correlation(theirs, again)), float(rank_correlation(ours, theirs))
    assert between > 0.9 and between > own - 0.03, (between, own)


def test_the_record_of_five_seeds():
    """`ngram2bert claims 04`: skip-gram on 1.5 million words."""
    found = levy.committed().agreement
    assert len(found["ours"]) == len(found["gensim"]) == len(found["seeds"]) == 5
    assert found["pairs"] > 200 and found["tokens"] > 1_400_000
    assert found["between"] >= 0.9
    ours, theirs = mean_and_sd(found["ours"]), mean_and_sd(found["gensim"])
    assert abs(ours[0] - theirs[0]) < 2 * max(ours[1], theirs[1])


@pytest.mark.full
@pytest.mark.timeout(900)
def test_five_seeds_live():
    """The same on a third of the text, trained here and now."""
    found = agreement(reviews(500_000), "skipgram", Settings())
    assert found["between"] >= 0.9, found
