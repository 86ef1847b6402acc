"""The given helpers against torch's own functions and plain dictionaries."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ngram2bert.ngrams import by_context, drop_padding, lookup, row_numbers, unique_rows

SMALL = settings(max_examples=80, deadline=None, derandomize=True)


@st.composite
def rows(draw, columns=None, low=-2, high=4):
    width, height = columns or draw(st.integers(1, 5)), draw(st.integers(1, 30))
    flat = draw(st.lists(st.integers(low, high), min_size=width * height, max_size=width * height))
    return torch.tensor(flat, dtype=torch.int64).view(height, width)


@SMALL
@given(rows())
def test_unique_rows_is_torch_unique(table):
    want = torch.unique(table, dim=0, return_inverse=True, return_counts=True)
    for got, wanted in zip(unique_rows(table), want, strict=True):
        assert torch.equal(got, wanted)


def test_unique_rows_where_packed_columns_overflow_64_bits():
    table = torch.randint(0, 2**40, (200, 6), generator=torch.Generator().manual_seed(0))
    table = torch.cat([table, table[:50]])
    got, inverse, counts = unique_rows(table)
    assert torch.equal(got, torch.unique(table, dim=0))
    assert torch.equal(got[inverse], table)
    assert int(counts.sum()) == 250


def test_unique_rows_of_nothing():
    unique, inverse, counts = unique_rows(torch.empty(0, 3, dtype=torch.int64))
    assert unique.shape == (0, 3)
    assert inverse.shape == counts.shape == (0,)


@SMALL
@given(rows(), st.data())
def test_lookup_is_a_dictionary(table, data):
    grams, _, counts = unique_rows(table)
    query = torch.cat([data.draw(rows(table.shape[1], low=-4, high=6)), table])
    known = {tuple(g): i for i, g in enumerate(grams.tolist())}
    number = [known.get(tuple(q), -1) for q in query.tolist()]
    assert row_numbers(grams, query).tolist() == number
    assert lookup(grams, counts, query).tolist() == [float(counts[i]) if i >= 0 else 0.0 for i in number]


@SMALL
@given(rows())
def test_by_context_sums_over_the_last_word(table):
    grams, _, counts = unique_rows(table)
    contexts, sums = by_context(grams, counts)
    want: dict[tuple, int] = {}
    for gram, count in zip(grams.tolist(), counts.tolist(), strict=True):
        want[tuple(gram[:-1])] = want.get(tuple(gram[:-1]), 0) + count
    assert [tuple(c) for c in contexts.tolist()] == sorted(want)
    assert dict(zip(map(tuple, contexts.tolist()), sums.tolist(), strict=True)) == want


def test_the_empty_context_has_no_columns_and_is_found():
    grams, counts = torch.tensor([[2], [5]]), torch.tensor([3, 4])
    contexts, sums = by_context(grams, counts)
    assert contexts.shape == (1, 0)
    assert lookup(contexts, sums, torch.tensor([[7], [8]])[:, :-1]).tolist() == [7.0, 7.0]


def test_an_empty_table_holds_nothing():
    grams, counts = torch.empty(0, 2, dtype=torch.int64), torch.empty(0, dtype=torch.int64)
    assert lookup(grams, counts, torch.tensor([[1, 2]])).tolist() == [0.0]
    assert by_context(grams, counts)[0].shape == (0, 1)


def test_lookup_refuses_a_query_of_another_width():
    with pytest.raises(ValueError, match="2 words a row, the query 3"):
        lookup(torch.tensor([[1, 2]]), torch.tensor([1]), torch.tensor([[1, 2, 3]]))


def test_drop_padding():
    grams, counts = torch.tensor([[0, 0, 3], [0, 3, 4], [3, 0, 0]]), torch.tensor([5, 6, 7])
    assert drop_padding(grams, counts, 0)[1].tolist() == [6, 7]
    assert drop_padding(grams, counts, -1)[1].tolist() == [5, 6, 7]
    assert drop_padding(grams[:, :1] + 1, counts, 0)[1].tolist() == [5, 6, 7]
