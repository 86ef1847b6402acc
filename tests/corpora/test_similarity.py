"""WordSim-353, SimLex-999 and the analogies: what they hold, and what is said where they cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.doctor import corpora as doctor
from ngram2bert.corpora import CorpusError, analogies, similarity, simlex999, status, wordsim353
from ngram2bert.corpora.__main__ import fetch


def test_what_they_hold() -> None:
    related, similar, kinds = wordsim353(), simlex999(), analogies()
    assert (len(related), len(similar), sum(map(len, kinds.values())), len(kinds)) == (353, 999, 19_544, 14)
    assert related[:2] == [("love", "sex", 6.77), ("tiger", "cat", 7.35)]
    assert similar[0] == ("old", "new", 1.58)
    assert ("boy", "girl", "brother", "sister") in kinds["family"]
    assert all(0 <= score <= 10 for _, _, score in related + similar)
    assert all(word == word.lower() for a, b, _ in related + similar for word in (a, b))


def test_without_gensim_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "find_spec", lambda name: None)
    similarity._lines.cache_clear()
    monkeypatch.setattr(sys, "version_info", (3, 12, 0))
    with pytest.raises(CorpusError, match=r"gensim is not installed.*pip install .*gensim==4\.4\.0"):
        wordsim353()
    assert not status()[-1].ok and status()[-1].name == "word_pairs"


def test_on_a_python_that_gensim_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line, and no command fails for what cannot be mended there."""
    monkeypatch.setattr(similarity, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    similarity._lines.cache_clear()
    with pytest.raises(
        CorpusError, match=r"no wheel for Python 3\.14\. Chapter 04 wants Python 3\.11 to 3\.13"
    ) as told:
        simlex999()
    assert "\n" not in str(told.value)
    assert "word_pairs" not in [state.name for state in status()]
    assert "word_pairs" not in fetch(quiet=True)
    assert [(row.name, row.status) for row in doctor.corpora() if row.name == "corpus word_pairs"] == [
        ("corpus word_pairs", "warn")
    ]


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wordsim353.tsv").write_text("love\tsex\t1.0\n", encoding="utf-8")
    monkeypatch.setattr(similarity, "package_file", lambda name="wordsim353.tsv": tmp_path / name)
    similarity._lines.cache_clear()
    with pytest.raises(CorpusError):
        wordsim353()
    similarity._lines.cache_clear()
    assert not status()[-1].ok
