"""The bench of word vectors on little text: every row is there, with gensim or with the reason why not."""

from __future__ import annotations

import pytest

from ngram2bert.bench import vectors_bench
from ngram2bert.vectors.reviews import numbered

TEXT = numbered([["the", "film", "was", "good"], ["a", "good", "film"], ["the", "end"]] * 40, 1)


@pytest.mark.parametrize("there", [True, False])
def test_four_rows_with_or_without_gensim(monkeypatch, there):
    if there:
        pytest.importorskip("gensim", reason="gensim has no wheel for this Python")
    else:
        monkeypatch.setattr(vectors_bench.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(vectors_bench, "reviews", lambda tokens: TEXT)
    told: list[str] = []
    rows = list(vectors_bench.rows(360, 1, told.append))
    assert [(row.what, row.peer) for row in rows] == [
        (f"{name}, a word of the text", f"gensim, {workers}")
        for name in ("skip-gram", "CBOW")
        for workers in ("1 worker", "2 workers")
    ]
    for row in rows:
        assert row.ours.cpu > 0
        assert (row.ratio is not None and "words a second" in row.note) if there else "not installed" in row.note
    assert len(told) == (7 if there else 3)
