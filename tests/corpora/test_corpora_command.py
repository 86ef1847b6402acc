"""`python -m ngram2bert.corpora` and `status()`: what they say, and the exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ngram2bert import corpora
from ngram2bert.corpora import Brown, CMUDict, MovieReviews, reviews
from ngram2bert.corpora.__main__ import main
from ngram2bert.corpora.cache import cache_file

NAMES = ["brown", "movie_reviews", "cmudict", "word_pairs"]


def test_all_at_hand(brown: Brown, movies: MovieReviews, cmu: CMUDict, capsys) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[name, "ok"] for name in NAMES]
    assert "57,340 sentences" in lines[0]
    assert main(["--check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["ok"] * len(NAMES)
    assert lines[0].endswith(str(cache_file("brown", 1)))


def test_status_is_data(brown: Brown, movies: MovieReviews, cmu: CMUDict, capsys) -> None:
    states = corpora.status()
    assert [state.name for state in states] == NAMES
    assert all(state.ok and state.cached and state.bytes > 600_000 for state in states)
    assert main(["--check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [state.as_dict() for state in states]


def test_nothing_fetched_yet(empty_house: Path, capsys) -> None:
    brown, movie_reviews, cmudict, _ = corpora.status()
    assert not brown.ok
    assert "not fetched yet" in brown.message
    assert "python -m ngram2bert.corpora" in brown.message
    assert movie_reviews.ok
    assert cmudict.ok
    assert not movie_reviews.cached
    assert main(["--check"]) == 1
    assert "missing" in capsys.readouterr().out.splitlines()[0]
    assert not (empty_house / "cache").exists()  # a check writes nothing
    assert not (empty_house / "nltk_data").exists()


def test_files_without_a_cache_are_at_hand(empty_house: Path, brown_folder: Path) -> None:
    shutil.copytree(brown_folder, empty_house / "nltk_data" / "corpora" / "brown")
    state = corpora.status()[0]
    assert (state.ok, state.cached) == (True, False)
    assert state.where == str(empty_house / "nltk_data" / "corpora" / "brown")


def test_one_failure_does_not_stop_the_others(empty_house: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(reviews, "find_spec", lambda name: None)
    assert main([]) == 1
    captured = capsys.readouterr()
    assert [line.split()[:2] for line in captured.out.splitlines()] == [["cmudict", "ok"], ["word_pairs", "ok"]]
    assert [line.split()[:2] for line in captured.err.splitlines()] == [
        ["brown", "failed"],
        ["movie_reviews", "failed"],
    ]


def test_no_network_once_cached(brown: Brown, cmu: CMUDict, empty_house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # back to the real cache, to copy it
    with monkeypatch.context() as patch:
        source = [cache_file("brown", 1), cache_file("cmudict", 1)]
        patch.setenv("NGRAM2BERT_CACHE", str(empty_house / "copied"))
        (empty_house / "copied").mkdir()
        for path in source:
            shutil.copy(path, empty_house / "copied")
        patch.setattr("ngram2bert.corpora.brown_read.fetch_brown", None)  # called, either would raise TypeError
        patch.setattr("ngram2bert.corpora.brown_read.find_brown", None)
        patch.setattr("ngram2bert.corpora.pronunciations.package_file", None)
        assert corpora.brown().sentences == brown.sentences
        assert corpora.cmudict().words == cmu.words
