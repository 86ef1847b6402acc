"""Vocabulary, counts, maximum likelihood, perplexity: worked numbers, and the definitions in loops."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ngrams import corpora, count_loop, mle_loop, windows

from ngram2bert.ngrams import add_k, count_ngrams, encode_splits, mle, perplexity

SMALL = settings(max_examples=60, deadline=None, derandomize=True)


def test_vocabulary_by_hand():
    train, held_out = [["a", "b", "a"], ["b", "c"]], [["b", "d"]]
    words, ids = encode_splits([train, held_out], 2)
    assert words == ["<s>", "</s>", "UNK_", "a", "b"]
    assert ids == [[[3, 4, 3], [4, 2]], [[4, 2]]]


def test_vocabulary_is_in_order_of_frequency_then_of_the_alphabet():
    words, _ = encode_splits([[["z", "b", "a", "z"], ["c", "b"]]], 1)
    assert words[3:] == ["b", "z", "a", "c"]


def test_a_held_out_word_changes_nothing():
    train = [["a", "b"]]
    assert encode_splits([train, [["d"] * 9]], 1)[0] == encode_splits([train], 1)[0]
    assert encode_splits([train, [["d"] * 9]], 1)[1][1] == [[2] * 9]


def test_special_words_in_the_text_stay_special():
    words, ids = encode_splits([[["UNK_", "UNK_", "a"], ["<s>"]]], 1)
    assert words == ["<s>", "</s>", "UNK_", "a"]
    assert ids == [[[2, 2, 3], [0]]]


def test_brown_has_the_vocabulary_of_the_paper_s_split(brown_ids):
    words, splits = brown_ids
    assert len(words) == 14_113 + 3
    assert [sum(map(len, split)) for split in splits] == [800_001, 200_021, 161_170]


def test_counts_by_hand():
    grams, counts = count_ngrams([[3, 4], [3]], 2, 0, 1)
    assert grams.tolist() == [[0, 3], [3, 1], [3, 4], [4, 1]]
    assert counts.tolist() == [2, 1, 1, 1]
    grams, counts = count_ngrams([[3], []], 3, 8, 9)
    assert grams.tolist() == [[8, 3, 9], [8, 8, 3], [8, 8, 9]]
    assert counts.tolist() == [1, 1, 1]
    assert count_ngrams([], 2, 0, 1)[0].shape == (0, 2)


@SMALL
@given(corpora(), st.integers(1, 5))
def test_counts_are_those_of_the_loop(text, n):
    grams, counts = count_ngrams(text, n, 0, 1)
    assert grams.dtype == counts.dtype == torch.int64
    want = count_loop(text, n)
    assert [tuple(g) for g in grams.tolist()] == sorted(want)
    assert counts.tolist() == [want[g] for g in sorted(want)]


def test_mle_by_hand():
    grams, counts = count_ngrams([[3, 4], [3]], 2, 0, 1)
    query = torch.tensor([[0, 3], [3, 1], [3, 3], [9, 3]])
    assert mle(grams, counts, query).tolist() == [1.0, 0.5, 0.0, 0.0]


@SMALL
@given(corpora(), st.integers(1, 4), st.integers(0, 99))
def test_mle_and_add_k_are_those_of_the_loop(text, n, seed):
    table = count_loop(text, n)
    grams, counts = count_ngrams(text, n, 0, 1)
    query = torch.randint(0, 6, (12, n), generator=torch.Generator().manual_seed(seed))
    query = torch.cat([query, grams])
    want = torch.tensor([mle_loop(table, tuple(q)) for q in query.tolist()], dtype=torch.float64)
    torch.testing.assert_close(mle(grams, counts, query), want)
    for k, size in ((1.0, 5), (0.25, 9)):
        totals = [sum(c for g, c in table.items() if g[:-1] == tuple(q[:-1])) for q in query.tolist()]
        added = [(table[tuple(q)] + k) / (t + k * size) for q, t in zip(query.tolist(), totals, strict=True)]
        torch.testing.assert_close(add_k(grams, counts, query, k, size), torch.tensor(added, dtype=torch.float64))


def test_perplexity_by_hand():
    grams, counts = count_ngrams([[3, 4], [3]], 2, 0, 1)
    found, bits = perplexity(lambda query: mle(grams, counts, query), [[3], [3, 4]], 2, 0, 1)
    assert bits == pytest.approx(0.4)  # five tokens, two of them with probability 1/2
    assert found == pytest.approx(2**0.4)


def test_a_token_without_probability_makes_perplexity_infinite():
    grams, counts = count_ngrams([[3, 4], [3]], 2, 0, 1)
    assert perplexity(lambda query: mle(grams, counts, query), [[3, 3]], 2, 0, 1) == (math.inf, math.inf)


@SMALL
@given(corpora(), st.integers(1, 3), st.sampled_from([None, 2, 3]), st.integers(0, 99))
def test_perplexity_is_that_of_the_loop(text, n, unk, seed):
    table = torch.rand((6,) * n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 0.01
    logs = [math.log2(table[g]) for g in windows(text, n) if g[-1] != unk]
    found, bits = perplexity(lambda query: table[tuple(query.T)], text, n, 0, 1, unk)
    assert bits == pytest.approx(-sum(logs) / len(logs))
    assert found == pytest.approx(2**bits)
