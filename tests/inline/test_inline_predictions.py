"""Intervals are asked for, kept, compared with what came out, and scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import inline, predictions
from autograder.errors import UserError
from autograder.progress import Record


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.setenv("NGRAM2BERT_DATA", str(tmp_path))
    inline._record.cache_clear()
    return Record()


def test_a_prediction_is_kept_and_compared(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    inline.predict("gain", "How much?", unit="%")
    assert "80% sure" in capsys.readouterr().out
    inline.predict("gain", low=5, high=12)
    inline.predict("gain", low=5, high=20)  # a change of mind
    assert record.predictions() == {"gain": (5.0, 20.0, None)}
    inline.reveal("gain", 13.4, "%")
    assert "You said 5 to 20 %. It came out as 13.4: inside your interval." in capsys.readouterr().out
    with pytest.raises(UserError, match="has been shown to you already"):
        inline.predict("gain", low=13, high=14)
    inline.progress()
    assert "So far 1 of your 1 intervals" in capsys.readouterr().out


def test_what_was_not_predicted_is_shown_all_the_same(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    inline.reveal("other", 3.0)
    inline.reveal("never", float("inf"))
    shown = capsys.readouterr().out
    assert "It came out as 3." in shown and "You had not predicted it" in shown and "no number to compare" in shown
    assert record.predictions() == {}
    with pytest.raises(UserError, match="has been shown to you already"):
        inline.predict("other", low=2, high=4)  # nobody predicts afterwards


@pytest.mark.parametrize(("low", "high"), [(3, 3), (4, 3), (float("nan"), 1), (0, float("inf"))])
def test_what_is_no_interval_is_refused(record: Record, low: float, high: float) -> None:
    with pytest.raises(UserError, match="is no interval"):
        predictions.keep(record, "x", low, high)


@pytest.mark.parametrize(
    ("held", "of", "says"), [(2, 3, "From five on"), (3, 10, "wider"), (8, 10, "about right"), (12, 12, "narrower")]
)
def test_calibration(record: Record, held: int, of: int, says: str) -> None:
    for i in range(of):
        record.predict(str(i), 0, 1)
        record.reveal(str(i), 0.5 if i < held else 2)
    assert says in predictions.calibration(record) and f"{held} of your {of}" in predictions.calibration(record)
