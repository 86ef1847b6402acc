"""The fast models equal the functions that learners write, on any small text."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ngrams import corpora

from ngram2bert.ngrams import (
    METHODS,
    NgramCounts,
    absolute_discounting,
    add_k,
    continuation_counts,
    count_ngrams,
    drop_padding,
    estimate,
    kneser_ney,
    mle,
    modified_kneser_ney,
    order_probs,
    perplexity,
)
from ngram2bert.ngrams.estimate import fit_absolute, fit_add_k, fit_kneser_ney, fit_mle, fit_modified_kneser_ney
from ngram2bert.ngrams.katz import good_turing_ratios
from ngram2bert.ngrams.mixture import MixtureModel

SMALL = settings(max_examples=50, deadline=None, derandomize=True)
VOCAB = 6
TEXTS, ORDERS, SEEDS = corpora(vocab=VOCAB, sentences=12), st.integers(1, 5), st.integers(0, 999)
BORDERS = st.sampled_from(["raw", "continuation"])


def queries(n, seed, text=()):
    """Random n-grams that predict a word or `</s>`, `<s>` only at the front, and all of the text's own."""
    chance = torch.Generator().manual_seed(seed)
    query = torch.randint(1, VOCAB, (15, n), generator=chance)
    query[:, :-1] *= (torch.rand(15, n - 1, generator=chance) < 0.7).long().flip(1).cumprod(1).flip(1)
    return torch.cat([query, count_ngrams(list(text), n, 0, 1)[0]])


def assert_close(got, want):
    torch.testing.assert_close(got, want, rtol=1e-10, atol=1e-12)


@SMALL
@given(TEXTS, ORDERS, BORDERS)
def test_all_orders_of_the_counts(text, n, bos):
    counts = NgramCounts(text, n, VOCAB, bos)
    clear = count_ngrams(text, n, 0, 1)
    adjusted = counts.adjusted()
    for k in range(n, 0, -1):
        mark = 0 if bos == "raw" else -1
        grams, values = drop_padding(*clear, mark)
        predicted = adjusted[k - 1] > 0
        assert torch.equal(counts.trie.grams(k)[predicted], grams)
        assert torch.equal(adjusted[k - 1][predicted], values)
        if k > 1:
            clear = continuation_counts(*clear, mark)


@SMALL
@given(TEXTS, ORDERS, SEEDS, BORDERS, st.floats(0.01, 3))
def test_mle_and_add_k(text, n, seed, bos, k):
    counts, query = NgramCounts(text, n, VOCAB, bos), queries(n, seed, text)
    table = count_ngrams(text, n, 0, 1)
    if bos == "continuation":
        assert_close(fit_mle(counts).prob(query), mle(*table, query))
        assert_close(fit_add_k(counts, k).prob(query), add_k(*table, query, k, VOCAB - 1))
        assert_close(fit_add_k(counts, k, size=9).prob(query), add_k(*table, query, k, 9))
    else:  # the start of a sentence is read with one <s> and has no estimate of the higher orders
        table = drop_padding(*table, 0)
        assert_close(fit_mle(counts).prob(query), mle(*table, query))
        assert_close(fit_add_k(counts, k).prob(query), add_k(*table, query, k, VOCAB - 1))


@SMALL
@given(TEXTS, ORDERS, SEEDS, BORDERS)
def test_discounting_methods(text, n, seed, bos):
    counts, query = NgramCounts(text, n, VOCAB, bos), queries(n, seed, text)
    table, mark, size = count_ngrams(text, n, 0, 1), 0 if bos == "raw" else -1, VOCAB + 2
    discounts = [0.1, 0.6, 0.75, 0.8, 0.3][:n]
    assert_close(fit_kneser_ney(counts, discounts, size).prob(query), kneser_ney(*table, discounts, query, mark, size))
    assert_close(fit_modified_kneser_ney(counts, size=size).prob(query), modified_kneser_ney(*table, query, mark, size))
    lower = torch.full((len(query),), 1 / size, dtype=torch.float64)
    for k, discount in enumerate(discounts, start=1):
        one = drop_padding(*count_ngrams(text, k, 0, 1), mark)
        lower = absolute_discounting(*one, discount, query[:, -k:], lower)
    assert_close(fit_absolute(counts, discounts, size).prob(query), lower)


@SMALL
@given(TEXTS, ORDERS, SEEDS)
def test_mixture(text, n, seed):
    counts, query = NgramCounts(text, n, VOCAB, "continuation"), queries(n, seed, text)
    weights = torch.rand(n + 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    columns = order_probs([count_ngrams(text, k, 0, 1) for k in range(1, n + 1)], query, 8)
    assert_close(MixtureModel(counts, weights, 8).prob(query), columns @ weights)


@SMALL
@given(TEXTS, TEXTS, ORDERS, BORDERS, st.sampled_from(list(METHODS)), SEEDS)
def test_all_ways_to_ask_a_model_agree(text, other, n, bos, method, seed):
    options = {"held_out": other} if method == "interpolated" else {}
    model = estimate(text, n, VOCAB, method, bos, **options)
    query = queries(n, seed, text)
    after = model.next_probs(query[:, :-1])
    assert after.shape == (len(query), VOCAB)
    assert_close(after.gather(1, query[:, -1:])[:, 0], model.prob(query))
    if method != "mle":
        assert_close(after.sum(1), torch.ones(len(query), dtype=torch.float64))
    assert (after[:, 0] == 0).all()
    for unk in (None, 2):
        bits = model.token_bits(other, unk)
        windows = [w for s in other for w in torch.tensor([0] * (n - 1) + s + [1]).unfold(0, n, 1) if w[-1] != unk]
        assert_close(bits, -model.prob(torch.stack(windows)).log2())
        clear, clear_bits = perplexity(model.prob, other, n, 0, 1, unk)
        assert model.bits(other, unk) == pytest.approx(clear_bits)
        assert model.perplexity(other, unk) == pytest.approx(clear)
    entropy = torch.tensor([sum(-p * math.log2(p) for p in row if p) for row in after.tolist()], dtype=torch.float64)
    assert_close(model.entropy(query[:, :-1]), entropy)


@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("bos", ["raw", "continuation"])
@pytest.mark.parametrize(("method", "options"), [("mle", {}), ("add_k", {"k": 0.5})])
def test_mle_and_add_k_know_the_starts_of_sentences(n, bos, method, options):
    """They ask no shorter context: `<s> <s>` must be in the table itself, whatever `bos` says of the others."""
    text = [[2, 3, 4], [2, 3], [5], []]
    model, table = estimate(text, n, VOCAB, method, bos, **options), count_ngrams(text, n, 0, 1)
    starts = torch.cat([torch.zeros(VOCAB - 1, n - 1, dtype=torch.int64), torch.arange(1, VOCAB)[:, None]], dim=1)
    starts = torch.cat([starts, starts.roll(-1, dims=1).index_fill(1, torch.tensor([n - 1]), 3)])  # `<s> .. w 3` too
    want = mle(*table, starts) if method == "mle" else add_k(*table, starts, 0.5, VOCAB - 1)
    assert_close(model.prob(starts), want)
    assert float(model.next_probs(torch.zeros(1, n - 1, dtype=torch.int64)).sum()) == pytest.approx(1)
    drawn = model.sample(400, 6, torch.Generator().manual_seed(1)).tolist()
    first = [sum(row[0] == word for row in drawn) / 400 for word in range(VOCAB)]
    expected = model.next_probs(torch.zeros(1, n - 1, dtype=torch.int64))[0].tolist()
    assert first == pytest.approx(expected, abs=0.13)  # five standard deviations
    if method == "mle":  # nothing but sentences of the text: no two of them share a context but by their start
        assert {tuple(row) for row in drawn} == {tuple((sentence + [1] * 6)[:6]) for sentence in text}


def test_sampling_draws_from_the_model():
    model = estimate([[2, 3], [2, 3, 4], [4]], 2, VOCAB)
    text = model.sample(4000, 3, torch.Generator().manual_seed(0))
    assert text.shape == (4000, 3)
    want = model.next_probs(torch.tensor([[0]]))[0]
    got = torch.bincount(text[:, 0], minlength=VOCAB) / 4000
    assert float((got - want).abs().max()) < 0.04  # five standard deviations


def test_katz_by_hand():
    # n_1 .. n_6 = 8 4 3 2 1 1: a = 6/8, r*/r = 1, 9/8, 8/9, 5/8, 6/5, so d_2 would be above 1: the half is used
    counts = torch.tensor([1] * 8 + [2] * 4 + [3] * 3 + [4] * 2 + [5, 6])
    assert good_turing_ratios(counts).tolist() == pytest.approx([1, 0.5, 0.75, 2.5 / 3, 3.5 / 4, 0.9, 1])
    # n = 120 40 20 12 8 6: a = .3, r*/r = 2/3, 3/4, 4/5, 5/6, 9/10
    counts = torch.tensor([1] * 120 + [2] * 40 + [3] * 20 + [4] * 12 + [5] * 8 + [6] * 6 + [7] * 50)
    want = [1] + [(ratio - 0.3) / 0.7 for ratio in (2 / 3, 3 / 4, 4 / 5, 5 / 6, 9 / 10)] + [1]
    assert good_turing_ratios(counts).tolist() == pytest.approx(want)


def test_katz_backs_off_only_where_nothing_was_seen():
    model = estimate([[2, 3], [2, 3], [2, 4], [3, 2]], 2, VOCAB, "katz")
    # after 2: 3 twice, 4 once, </s> once; halves: 1.5, .5, .5 of 4. The rest, 1.5/4, goes to 2 and 5
    assert model.prob(torch.tensor([[2, 3], [2, 4], [2, 1]])).tolist() == pytest.approx([1.5 / 4, 0.5 / 4, 0.5 / 4])
    unigrams = [(4 + 1) / 17, 1 / 17]  # of 2 and 5: add one, 12 tokens and 5 words
    want = [1.5 / 4 * p / sum(unigrams) for p in unigrams]
    assert model.prob(torch.tensor([[2, 2], [2, 5]])).tolist() == pytest.approx(want)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimate([[2]], 2, VOCAB, "magic"), "method is 'magic'"),
        (lambda: estimate([[2]], 2, VOCAB, bos="nltk"), "bos is 'nltk'"),
        (lambda: estimate([[2]], 0, VOCAB), "order is 0"),
        (lambda: estimate([], 2, VOCAB), "0 sentences"),
        (lambda: estimate([[2, VOCAB]], 2, VOCAB), "not in 0 .. 5"),
        (lambda: estimate([[2, -1]], 2, VOCAB), "not in 0 .. 5"),
        (lambda: estimate([[2]], 2, VOCAB, "kneser_ney", discounts=[0.5]), "1 discounts for order 2"),
        (lambda: estimate([[2]], 2, VOCAB).perplexity([[VOCAB]]), "knows 0 to 5"),
        (lambda: estimate([[2]], 2, VOCAB).perplexity([]), "no token"),
        (lambda: estimate([[2]], 2, VOCAB).prob(torch.tensor([[2, 2, 2]])), "of order 2"),
    ],
)
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
