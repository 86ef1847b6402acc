"""The twenty errors through the course: the record is what the models say, the page is what the record says."""

import math
import re

import pytest

from ngram2bert.ngrams import estimate
from ngram2bert.recurrent import from_recurrent, lstm_lm
from ngram2bert.twenty import (
    PLACES,
    Answer,
    Row,
    followed,
    from_ngrams,
    recorded,
    rerun,
    row_of,
    summary,
    twenty_errors,
)
from ngram2bert.twenty.history import data_of, picture, row_from, table

CHAPTERS = ["01", "01", "02", "03", "04", "05", "06", "06"]


def made_up(p, rank):
    return [Answer(place, p, rank, (("the", 0.1),)) for place in twenty_errors()]


@pytest.fixture(scope="module")
def trigram(brown_ids):
    words, (train, *_) = brown_ids
    return rerun(from_ngrams(estimate(train, 3, len(words)).next_probs, words, 3))


def test_a_row_counts_bits_and_first_guesses():
    row = row_of("half", made_up(0.5, 10), "01", "nothing")
    assert row.mean == 1.0 and row.in_ten == 20
    assert row_of("late", made_up(0.5, 11)).in_ten == 0
    lost = row_of("lost", made_up(0.0, None))
    assert lost.mean == math.inf and lost.in_ten == 0
    for each in (row, lost):
        assert row_from(data_of(each)) == each


def test_the_summary_compares_with_the_first_model():
    runs = {"trigram": made_up(0.25, 3), "lstm": [*made_up(0.5, 11)[:2], *made_up(0.125, 4)[2:]]}
    first, second = summary(runs).splitlines()
    assert first.split() == ["trigram", "mean", "2.00", "bits,", "20", "of", "20", "among", "its", "first", "10"]
    assert "mean  2.80 bits, 18 of 20" in second and second.endswith("better than trigram at 2: were, an")
    assert summary({"a": made_up(0.5, 1), "b": made_up(0.5, 1)}).endswith("better than a at 0")


def test_the_record_holds_every_model_so_far():
    rows = recorded()
    assert [row.chapter for row in rows] == CHAPTERS
    assert all(len(row.bits) == len(row.ranks) == len(PLACES) for row in rows)
    assert [row.name for row in recorded("03")] == [row.name for row in rows[:4]]
    text = table(rows)
    assert all(row.name in text and row.reads in text for row in rows)


def test_the_record_is_what_the_models_say(brown_ids, trigram):
    words, _ = brown_ids
    rows = {row.name: row for row in recorded()}
    live = {
        "trigram": trigram,
        "LSTM": rerun(from_recurrent(lstm_lm(), words)),
        "LSTM, carried": rerun(from_recurrent(lstm_lm(), words, carried=True)),
    }
    for name, answers in live.items():
        assert [a.bits for a in answers] == pytest.approx(list(rows[name].bits), abs=0.02)
        assert sum(a.rank <= 10 for a in answers) == rows[name].in_ten
    assert rows["LSTM"].bits != rows["LSTM, carried"].bits


def test_the_picture_shows_all_rows_and_replaces_a_live_one(trigram):
    shown = followed("03", mine=made_up(0.5, 1), trigram=made_up(0.25, 20))
    assert "mine 1.0, 20 among the first 10" in shown.alt and "trigram 2.0, 0 among" in shown.alt
    assert "LSTM" not in shown.alt and shown.png.startswith(b"\x89PNG")
    assert re.search(r"LSTM, carried \d+\.\d, \d+ among", followed().alt)
    unknown = Row("lost", "", "", (math.inf,) * 20, (None,) * 20)
    assert "lost inf" in picture([unknown]).alt
