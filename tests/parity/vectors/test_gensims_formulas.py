"""Chapter 04 against gensim's own tables: what it keeps of a word, what it draws as noise, how far it ranks alike."""

import numpy as np
import pytest
import torch

from ngram2bert import vectors

gensim = pytest.importorskip("gensim")

COUNTS = {"the": 5000, "film": 400, "good": 120, "plot": 37, "dull": 9, "rare": 5}


@pytest.fixture(scope="module")
def model():
    """gensim's word2vec with a vocabulary and no training."""
    made = gensim.models.Word2Vec(vector_size=4, min_count=1, sample=0.01, ns_exponent=0.75, negative=5)
    made.build_vocab_from_freq(COUNTS)
    return made


def counts_of(model):
    return torch.tensor([COUNTS[word] for word in model.wv.index_to_key])


@pytest.mark.parametrize("t", [1e-3, 0.01, 0.2])
def test_keep_probability_is_gensims(model, t):
    made = gensim.models.Word2Vec(vector_size=4, min_count=1, sample=t)
    made.build_vocab_from_freq(COUNTS)
    kept = made.wv.expandos["sample_int"] / (2**32 - 1)  # gensim compares a random 32-bit number with it
    wanted = vectors.keep_probability(counts_of(made), t)
    assert np.abs(kept - wanted.numpy()).max() < 1e-8
    assert wanted[0] < wanted[-1] == 1


@pytest.mark.parametrize("power", [0.75, 1.0, 0.3])
def test_noise_distribution_is_gensims(power):
    made = gensim.models.Word2Vec(vector_size=4, min_count=1, ns_exponent=power, negative=5)
    made.build_vocab_from_freq(COUNTS)
    table = np.diff(made.cum_table.astype(np.float64), prepend=0) / made.cum_table[-1]
    assert np.abs(table - vectors.noise_distribution(counts_of(made), power).numpy()).max() < 1e-8


def test_analogy_and_similarity_are_gensims(model):
    words = model.wv.index_to_key
    table = torch.tensor(model.wv.vectors, dtype=torch.float64)
    for a, b, c in ([0, 1, 2], [3, 0, 5], [4, 2, 1], [5, 3, 0]):
        best = model.wv.most_similar(positive=[words[b], words[c]], negative=[words[a]], topn=1)[0][0]
        assert words[vectors.analogy(table, a, b, c)] == best
    pairs = [(v, w, float((3 * i + 5 * j) % 11)) for i, v in enumerate(words) for j, w in enumerate(words[:i])]
    index = {word: i for i, word in enumerate(words)}
    rho, used = vectors.pair_similarity(table, index, [*pairs, ("film", "unheard-of", 3.0)])
    cosines = torch.tensor([float(model.wv.similarity(v, w)) for v, w, _ in pairs])
    assert used == len(pairs)
    assert rho == pytest.approx(vectors.rank_correlation(cosines, torch.tensor([s for _, _, s in pairs])), abs=1e-3)
