"""The bench of chapter 02 on one document: every row is there, with its peer or with the reason why not."""

from ngram2bert.bench import hmm_bench


def test_all_rows_with_their_peers():
    rows = list(hmm_bench.rows(tokens=1000, repeats=1, say=str))
    assert [row.peer for row in rows] == ["NLTK's TnT", "NLTK's TnT", "NLTK's HMM", "hmmlearn", "hmmlearn"]
    assert all(row.theirs is not None and row.ours.cpu > 0 for row in rows)
    tagging = rows[1]
    assert tagging.ratio < 1  # ours is five times as fast


def test_a_missing_peer_is_said(monkeypatch):
    monkeypatch.setattr(hmm_bench.importlib.util, "find_spec", lambda name: None)
    rows = list(hmm_bench.rows(tokens=1000, repeats=1, say=str))
    assert len(rows) == 4
    assert all(row.theirs is None and row.note.startswith("skipped: ") for row in rows)
