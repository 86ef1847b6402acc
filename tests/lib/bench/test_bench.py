"""The bench on little text: every row is there, with its peer or with the reason why not."""

import json
import time

import pytest

from autograder import cli
from ngram2bert.bench import Row, Seconds, ngrams_bench, timed
from ngram2bert.ngrams import encode_splits


def test_the_clock_takes_the_fastest_and_knows_sleep_from_work():
    naps = iter([0.05, 0.01, 0.05])
    taken = timed(lambda: time.sleep(next(naps)), repeats=3)
    assert 0.01 <= taken.wall < 0.05
    assert taken.cpu < 0.01
    assert taken.each(10).wall == pytest.approx(taken.wall / 10)
    with pytest.raises(ValueError, match="repeats is 0"):
        timed(print, 0)


def test_ratios():
    row = Row("a", "b", Seconds(4, 1), Seconds(2, 4))
    assert (row.ratio, row.wall_ratio) == (0.25, 2)
    assert Row("a", "b", Seconds(1, 1), None).ratio is None
    assert Row("a", "b", Seconds(1, 1), Seconds(0, 0)).ratio is None


def test_all_rows_with_or_without_peers(monkeypatch, capsys):
    text = [["the", "cat", "sat"], ["a", "cat", "ran"], ["the", "dog"]] * 60

    class Small:
        def split(self):
            return [type("Part", (), {"sentences": text})] * 3

    monkeypatch.setattr(ngrams_bench, "brown", Small)
    monkeypatch.setattr(ngrams_bench.shutil, "which", lambda name: None)
    monkeypatch.setattr(ngrams_bench.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["bench", "ngrams", "--tokens", "1000", "--repeats", "1", "--json", "-"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 5
    assert all(row["theirs"] is None and row["note"].startswith("skipped: ") for row in rows)
    monkeypatch.undo()
    monkeypatch.setattr(ngrams_bench, "brown", Small)
    assert cli.main(["bench", "ngrams", "--tokens", "1000", "--repeats", "1"]) == 0
    table = capsys.readouterr().out
    assert table.split("\n\n")[0].count("nltk.lm") == 2
    assert "skipped: nltk" not in table


def test_ours_from_file_to_file_is_the_model_of_the_text(tmp_path, monkeypatch):
    from ngram2bert.ngrams import estimate, read_arpa

    text = [["the", "cat", "sat"], ["a", "cat", "ran"], ["the", "dog"]] * 20
    monkeypatch.setattr(ngrams_bench.shutil, "which", lambda name: None)
    list(ngrams_bench.beside_lmplz(text, Seconds(1, 1), 1, tmp_path, str))
    model, words = read_arpa(tmp_path / "ours.arpa")
    known, (ids,) = encode_splits([text], 1)
    number = {word: i for i, word in enumerate(words)}
    own = [[number[word] for word in sentence] for sentence in text]
    assert model.perplexity(own) == pytest.approx(estimate(ids, 3, len(known)).perplexity(ids))


def test_the_command_says_what_there_is(capsys):
    assert cli.main(["bench", "zebra"]) == 2
    assert "there is no bench 'zebra'; there are ngrams" in capsys.readouterr().err
    assert cli.main(["bench", "--tokens", "5"]) == 2
    assert "wanted 1000 or more" in capsys.readouterr().err
