"""Every smoothing exercise against worked numbers and against the definition in loops."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ngrams import (
    chen_goodman_take,
    continuation_loop,
    corpora,
    count_loop,
    discount_loop,
    kneser_ney_loop,
    mle_loop,
)

from ngram2bert.ngrams import (
    absolute_discounting,
    continuation_counts,
    count_ngrams,
    em_weights,
    kneser_ney,
    modified_kneser_ney,
    order_probs,
    three_discounts,
)

SMALL = settings(max_examples=40, deadline=None, derandomize=True)


def random_query(grams, seed, rows=10, vocab=6):
    """Random n-grams, most of them unseen, and then the seen ones."""
    query = torch.randint(0, vocab, (rows, grams.shape[1]), generator=torch.Generator().manual_seed(seed))
    return torch.cat([query, grams])


def assert_close(got, want):
    torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), rtol=1e-10, atol=1e-12)


def test_order_probs_by_hand():
    tables = [count_ngrams([[3, 4], [3]], n, 0, 1) for n in (1, 2)]
    got = order_probs(tables, torch.tensor([[3, 4], [4, 4], [9, 3]]), 4)
    assert_close(got, [[0.25, 0.2, 0.5], [0.25, 0.2, 0.0], [0.25, 0.4, 0.4]])


@SMALL
@given(corpora(), st.integers(1, 4), st.integers(0, 99))
def test_every_column_of_order_probs_is_a_distribution(text, n, seed):
    tables = [count_ngrams(text, k, 0, 1) for k in range(1, n + 1)]
    loops = [count_loop(text, k) for k in range(1, n + 1)]
    context = torch.randint(0, 6, (n - 1,), generator=torch.Generator().manual_seed(seed))
    query = torch.cat([context.expand(5, -1), torch.arange(1, 6)[:, None]], dim=1)  # all words but <s>
    columns = order_probs(tables, query, 5)
    assert columns.shape == (5, n + 1)
    torch.testing.assert_close(columns.sum(0), torch.ones(n + 1, dtype=torch.float64))
    for row, gram in zip(columns.tolist(), query.tolist(), strict=True):
        want = 1 / 5
        for k, table in enumerate(loops, start=1):
            part = tuple(gram[-k:])
            if any(g[:-1] == part[:-1] for g in table):
                want = mle_loop(table, part)
            assert row[k] == pytest.approx(want)


def test_em_by_hand():
    weights, bits = em_weights(torch.tensor([[0.5, 0.1], [0.1, 0.4]]), torch.tensor([3, 1]), 1)
    assert weights.tolist() == pytest.approx([(3 * 5 / 6 + 1 / 5) / 4, (3 / 6 + 4 / 5) / 4])
    assert bits.tolist() == pytest.approx([-(3 * math.log2(0.3) + math.log2(0.25)) / 4])


@SMALL
@given(st.integers(1, 5), st.integers(1, 20), st.integers(0, 999))
def test_em_never_loses_and_ends_where_no_weight_gains(models, tokens, seed):
    chance = torch.Generator().manual_seed(seed)
    probs = torch.rand(tokens, models, generator=chance, dtype=torch.float64) + 0.001
    counts = torch.randint(1, 9, (tokens,), generator=chance)
    weights, bits = em_weights(probs, counts, 1000)
    assert float(weights.sum()) == pytest.approx(1)
    assert (bits.diff() <= 1e-12).all()
    # Kuhn-Tucker: the gain of every model is at most 1 at the maximum
    gain = (counts[:, None] * probs / (probs @ weights)[:, None]).sum(0) / counts.sum()
    assert float(gain.max()) < 1.03


def test_absolute_discounting_by_hand():
    grams, counts = count_ngrams([[3, 4], [3]], 2, 0, 1)
    query, lower = torch.tensor([[3, 4], [3, 3], [9, 3]]), torch.tensor([0.2, 0.3, 0.4], dtype=torch.float64)
    # after 3: </s> and 4, once each. (1 - .5)/2 + (2 .5)/2 .2;  (2 .5)/2 .3;  nothing seen after 9
    assert_close(absolute_discounting(grams, counts, 0.5, query, lower), [0.35, 0.15, 0.4])


@SMALL
@given(corpora(), st.integers(1, 3), st.integers(0, 99), st.floats(0, 2.5))
def test_absolute_discounting_is_that_of_the_loop(text, n, seed, discount):
    grams, counts = count_ngrams(text, n, 0, 1)
    query = random_query(grams, seed)
    lower = torch.rand(len(query), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    table = count_loop(text, n)
    cases = list(zip(map(tuple, query.tolist()), lower.tolist(), strict=True))
    one = [discount_loop(table, lambda c: discount, gram, p) for gram, p in cases]
    assert_close(absolute_discounting(grams, counts, discount, query, lower), one)
    each = [discount_loop(table, lambda c: discount / (c or 1), gram, p) for gram, p in cases]
    assert_close(absolute_discounting(grams, counts, discount / counts.double(), query, lower), each)


def test_continuation_counts_by_hand():
    grams, counts = torch.tensor([[0, 0, 3], [0, 3, 4], [5, 3, 4]]), torch.tensor([7, 2, 9])
    lower, found = continuation_counts(grams, counts, 0)
    assert lower.tolist() == [[0, 3], [3, 4]]
    assert found.tolist() == [7, 2]
    assert continuation_counts(grams, counts, -1)[1].tolist() == [1, 2]


@SMALL
@given(corpora(), st.integers(2, 5), st.booleans())
def test_continuation_counts_are_those_of_the_loop(text, n, raw):
    lower, found = continuation_counts(*count_ngrams(text, n, 0, 1), 0 if raw else -1)
    want = continuation_loop(count_loop(text, n), raw)
    assert [tuple(g) for g in lower.tolist()] == sorted(want)
    assert found.tolist() == [want[g] for g in sorted(want)]


def test_three_discounts_by_hand():
    assert three_discounts(torch.tensor([1] * 6 + [2] * 3 + [3] * 2 + [4])).tolist() == pytest.approx([0.5, 1.0, 2.0])


@pytest.mark.parametrize(
    ("counts", "want"),
    [
        ([1, 1, 1, 2, 2, 3, 7], [3 / 7, 2 - 9 / 14, 3.0]),  # n4 = 0: what is counted three times gives all away
        ([1, 2, 4], [9, 8, 7]),  # n3 = 0 divides
        ([1, 3, 4], [9, 8, 7]),
        ([2, 3, 4], [9, 8, 7]),
        ([1, 1, 2, 3, 4, 4, 4], [9, 8, 7]),  # D3 below 0
        ([], [9, 8, 7]),
    ],
)
def test_three_discounts_where_there_is_too_little_text(counts, want):
    assert three_discounts(torch.tensor(counts, dtype=torch.int64), (9, 8, 7)).tolist() == pytest.approx(want)


@SMALL
@given(corpora(), st.integers(1, 4), st.integers(0, 99), st.booleans())
def test_kneser_ney_is_that_of_the_loop(text, n, seed, raw):
    grams, counts = count_ngrams(text, n, 0, 1)
    query, table = random_query(grams, seed), count_loop(text, n)
    discounts = [0.1, 0.4, 0.75, 0.9][:n]
    takes = [lambda counts, d=d: lambda c: d for d in discounts]
    want = [kneser_ney_loop(table, takes, tuple(q), 7, raw) for q in query.tolist()]
    assert_close(kneser_ney(grams, counts, discounts, query, 0 if raw else -1, 7), want)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(corpora(vocab=5, sentences=25, length=5), st.integers(1, 3), st.integers(0, 99), st.booleans())
def test_modified_kneser_ney_is_that_of_the_loop(text, n, seed, raw):
    grams, counts = count_ngrams(text, n, 0, 1)
    query, table = random_query(grams, seed), count_loop(text, n)
    want = [kneser_ney_loop(table, [chen_goodman_take] * n, tuple(q), 7, raw) for q in query.tolist()]
    assert_close(modified_kneser_ney(grams, counts, query, 0 if raw else -1, 7), want)
