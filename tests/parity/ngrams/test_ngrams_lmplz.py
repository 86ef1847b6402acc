"""bos="raw" is KenLM's lmplz on Brown: perplexities, discounts, sizes, single entries.

The figures were made once by `lmplz -o N -S 512M --discount_fallback` and `query` (kenlm at commit 4cb443e) on Bengio's
split, words seen fewer than 4 times written as UNK_.

One difference is lmplz's alone. When it counts how many n-grams have an adjusted count of 1, 2, 3, 4 it enters the last
n-gram of each lower order, in its own order of words, with its plain count. On Brown the last unigram is "Iliad", the
last word to appear for the first time: n_1 is 362 there and 363 here. `with_lmplz_slip` does the same; without it
the discounts of the unigrams differ in the third digit and the perplexities in the seventh.
"""

import math

import pytest
import torch

from ngram2bert.ngrams import NgramCounts, count_ngrams, modified_kneser_ney, perplexity, three_discounts
from ngram2bert.ngrams.estimate import fit_modified_kneser_ney

PERPLEXITY = {2: 154.46329289543246, 3: 147.700995844047, 4: 146.9904992541101, 5: 146.7424553462791}
UNIGRAM = (0.221814, 0.72885, 1.38934)
LOWER = {2: (0.732569, 1.13489, 1.50951), 3: (0.876838, 1.26643, 1.48341), 4: (0.952439, 1.41122, 1.55356)}
TOP = {
    2: (0.711076, 1.12339, 1.4823),
    3: (0.860296, 1.23685, 1.46557),
    4: (0.94185, 1.36634, 1.54969),
    5: (0.977464, 1.48779, 1.78631),
}
SIZES = [14117, 271047, 575007, 700564, 711384]  # the unigrams with <unk>


@pytest.fixture(scope="module")
def counts(brown_ids):
    words, splits = brown_ids
    return {n: NgramCounts(splits[0], n, len(words), "raw") for n in PERPLEXITY}


def with_lmplz_slip(counts, train):
    """The discounts, the last n-gram of each lower order having its plain count in the counts of counts.

    lmplz numbers <s> and </s>, then the words as they appear, and sorts n-grams by the last word, then the one before.
    """
    seen = dict.fromkeys([0, 1, *(word for sentence in train for word in sentence)])
    rank = torch.zeros(counts.trie.vocab_size, dtype=torch.int64)
    rank[list(seen)] = torch.arange(len(seen))
    adjusted = [count.clone() for count in counts.adjusted()]
    for k, (count, level) in enumerate(zip(adjusted[:-1], counts.levels, strict=False), start=1):
        rows = rank[counts.trie.grams(k)]  # (U, k)
        last = torch.arange(len(rows))
        for column in range(k - 1, -1, -1):  # of the rows that are still last, those whose word here is last
            words = rows[last, column]
            last = last[words == words.max()]
        count[last] = level.counts[last]
    return [three_discounts(count) for count in adjusted]


@pytest.mark.parametrize("n", PERPLEXITY)
def test_perplexity_and_discounts(brown_ids, counts, n):
    words, (train, _, test) = brown_ids
    theirs = with_lmplz_slip(counts[n], train)
    want = [UNIGRAM, *(LOWER[k] for k in range(2, n)), TOP[n]]
    for got, wanted in zip(theirs, want, strict=True):
        assert got.tolist() == pytest.approx(wanted, rel=6e-6)  # six digits are printed
    model = fit_modified_kneser_ney(counts[n], theirs, size=len(words))  # lmplz counts one word more, its <unk>
    assert model.perplexity(test) == pytest.approx(PERPLEXITY[n], rel=1e-7)
    assert [len(p) for p in model.probs] == [SIZES[0] - 1, *SIZES[1:n]]


@pytest.mark.parametrize("n", PERPLEXITY)
def test_without_the_slip(brown_ids, counts, n):
    words, (_, _, test) = brown_ids
    model = fit_modified_kneser_ney(counts[n], size=len(words))
    assert model.perplexity(test) == pytest.approx(PERPLEXITY[n], rel=1e-6)
    for got, wanted in zip(model.discounts, [UNIGRAM, *(LOWER[k] for k in range(2, n)), TOP[n]], strict=True):
        assert got.tolist() == pytest.approx(wanted, rel=4e-3)
    for got, wanted in zip(model.discounts[1:], [*(LOWER[k] for k in range(2, n)), TOP[n]], strict=True):
        assert got.tolist() == pytest.approx(wanted, rel=3e-5)


def test_single_entries_of_the_trigram(brown_ids, counts):
    words, (train, _, _) = brown_ids
    model = fit_modified_kneser_ney(counts[3], with_lmplz_slip(counts[3], train), size=len(words))
    entries = {"</s>": -2.591097, "The": -3.493824, "Fulton": -4.3560343, "UNK_": -1.7336457, "of": -1.8160505}
    weights = {"<s>": -1.1949277, "The": -0.16186452, "UNK_": -0.5838993, "of": -0.58901095, "Iliad": -0.13515155}
    for word, log10 in entries.items():
        assert math.log10(model.probs[0][words.index(word)]) == pytest.approx(log10, abs=1e-6)
    for word, log10 in weights.items():
        assert math.log10(model.weights[0][words.index(word)]) == pytest.approx(log10, abs=1e-6)
    assert math.log10(1 - model.probs[0].sum()) == pytest.approx(-5.3093553, abs=1e-6)  # <unk>


def test_one_sentence_token_by_token(brown_ids, counts):
    words, (train, _, _) = brown_ids
    model = fit_modified_kneser_ney(counts[3], with_lmplz_slip(counts[3], train), size=len(words))
    text = "From what I was able to gauge in a swift , UNK_ glance , the figure inside the UNK_ UNK_ dress was UNK_ ."
    bits = model.token_bits([[words.index(word) for word in text.split()]])
    want = [-2.522962, -3.5931017, -1.6515186, -1.5359967, -2.447871, -0.01707414, -5.718041, -1.9635446, -1.2866871]
    want += [-4.794431, -1.2434559, -0.7416074, -5.278508, -1.0795357, -1.3606589, -3.637377, -4.435896, -0.459452]
    want += [-1.2557677, -1.0221457, -4.276011, -1.0960591, -1.3886185, -0.9501961, -5.1771938e-8]
    got = -bits * math.log10(2)
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), rtol=1e-6, atol=3e-7)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_learner_s_own_function_reaches_it(brown_ids, n):
    words, (train, _, test) = brown_ids
    table = count_ngrams(train, n, 0, 1)
    found, _ = perplexity(lambda query: modified_kneser_ney(*table, query, 0, len(words)), test, n, 0, 1)
    assert found == pytest.approx(PERPLEXITY[n], rel=1e-6)
