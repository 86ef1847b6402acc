"""bos="continuation" is NLTK's KneserNeyInterpolated, number for number, on small texts."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ngram2bert.ngrams import count_ngrams, kneser_ney
from ngram2bert.ngrams.estimate import fit_kneser_ney
from ngram2bert.ngrams.ngram_counts import NgramCounts

nltk_lm = pytest.importorskip("nltk.lm")
NAMES = ["<s>", "</s>", "UNK_", "a", "b", "c"]
TEXTS = st.lists(st.lists(st.integers(2, 5), min_size=1, max_size=6), min_size=1, max_size=8)


def our_windows(text, n):
    """Every k-gram, k = 1 .. n, that ends in a word or one `</s>`, each sentence with n-1 `<s>` before it."""
    for sentence in text:
        padded = ["<s>"] * (n - 1) + [NAMES[i] for i in sentence] + ["</s>"]
        yield [tuple(padded[e - k : e]) for e in range(n, len(padded) + 1) for k in range(1, n + 1)]


def assert_equal_everywhere(theirs, model, n):
    for row in torch.cartesian_prod(*[torch.arange(1, 6)] * n)[::3].tolist():
        for start in range(n):  # contexts that begin with <s>, from none to all
            row = [0] * start + row[start:]
            want = theirs.score(NAMES[row[-1]], [NAMES[i] for i in row[:-1]])
            assert model(torch.tensor([row])).item() == pytest.approx(want, rel=1e-12, abs=1e-15)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(TEXTS, st.integers(2, 3), st.floats(0.05, 0.95))
def test_equal_on_the_same_windows(text, n, discount):
    theirs = nltk_lm.KneserNeyInterpolated(n, discount=discount)
    theirs.fit(our_windows(text, n), NAMES)
    discounts = [0.0] + [discount] * (n - 1)  # NLTK does not discount unigrams
    fast = fit_kneser_ney(NgramCounts(text, n, len(NAMES), "continuation"), discounts)
    assert_equal_everywhere(theirs, fast.prob, n)
    table = count_ngrams(text, n, 0, 1)
    assert_equal_everywhere(theirs, lambda query: kneser_ney(*table, discounts, query, -1, len(NAMES) - 1), n)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(TEXTS, st.floats(0.05, 0.95))
def test_a_bigram_is_equal_through_nltk_s_own_pipeline(text, discount):
    from nltk.lm.preprocessing import padded_everygram_pipeline

    theirs = nltk_lm.KneserNeyInterpolated(2, discount=discount)
    theirs.fit(*padded_everygram_pipeline(2, [[NAMES[i] for i in sentence] for sentence in text]))
    theirs.vocab.update(NAMES * 2)
    fast = fit_kneser_ney(NgramCounts(text, 2, len(NAMES), "continuation"), [0.0, discount])
    assert_equal_everywhere(theirs, fast.prob, 2)


def test_nltk_s_own_pipeline_gives_a_trigram_a_second_end_and_a_predicted_start():
    """A convention: it pads with two `</s>`, and counts `<s> <s>` and `</s> </s>` among what a word may follow."""
    from nltk.lm.preprocessing import padded_everygram_pipeline

    text = [[3, 4], [3, 5], [4, 4, 5]]
    theirs = nltk_lm.KneserNeyInterpolated(3, discount=0.5)
    theirs.fit(*padded_everygram_pipeline(3, [[NAMES[i] for i in sentence] for sentence in text]))
    ours = fit_kneser_ney(NgramCounts(text, 3, len(NAMES), "continuation"), [0.0, 0.5, 0.5])
    assert theirs.score("<s>", ["b", "c"]) > 0
    assert ours.next_probs(torch.tensor([[4, 5]]))[0, 0] == 0
    # 8 different bigrams end in a word or </s>, one of them in a; NLTK finds 2 more bigrams
    unigram = ours.prob(torch.tensor([[5, 2, 3]]))
    assert unigram.item() == pytest.approx(1 / 8)
    assert theirs.score("a", ["c", "UNK_"]) == pytest.approx(1 / 10)
