"""The real corpora, loaded once; and an empty house: no cache, no NLTK data, no network, no npm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nltk.data
import pytest

from ngram2bert import corpora
from ngram2bert.corpora import brown_fetch, brown_read, pronunciations, reviews

LOADERS = (brown_read._brown, reviews._reviews, pronunciations._cmudict)


@pytest.fixture(scope="session")
def brown() -> corpora.Brown:
    return corpora.brown()


@pytest.fixture(scope="session")
def movies() -> corpora.MovieReviews:
    return corpora.movie_reviews()


@pytest.fixture(scope="session")
def cmu() -> corpora.CMUDict:
    return corpora.cmudict()


@pytest.fixture(scope="session")
def brown_folder() -> Path:
    """The real files, in NLTK's data folder."""
    return brown_fetch.find_brown() or brown_fetch.fetch_brown()


@pytest.fixture
def forget() -> Callable[[], None]:
    """Calling it makes the next load start from the disk, as a new process would."""

    def _forget() -> None:
        for loader in LOADERS:
            loader.cache_clear()

    return _forget


@pytest.fixture
def empty_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget: Callable[[], None]) -> Iterator[Path]:
    """A machine where nothing was fetched yet and nothing can be. Gives its folder."""
    monkeypatch.setenv("NGRAM2BERT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NLTK_DATA", str(tmp_path / "nltk_data"))
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path / "nltk_data")])
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # the discard port: nobody answers
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    forget()
    yield tmp_path
    forget()
