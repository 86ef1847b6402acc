"""The twenty errors: chosen by their rule, real, and asked of any model alike."""

import math
from collections import Counter

import pytest
import torch

from ngram2bert.corpora import brown
from ngram2bert.ngrams import encode_splits, estimate
from ngram2bert.twenty import (
    PLACES,
    REASONS,
    Place,
    by_reason,
    check_labels,
    from_ngrams,
    reasons,
    rerun,
    show,
    twenty_errors,
)
from ngram2bert.twenty.rule import BOUND, KINDS, Chooser
from ngram2bert.twenty.show import joined


@pytest.fixture(scope="module")
def ids():
    torch.set_num_threads(1)
    return encode_splits([part.sentences for part in brown().split()], 4)


@pytest.fixture(scope="module")
def answers(ids):
    words, (train, *_) = ids
    return rerun(from_ngrams(estimate(train, 3, len(words)).next_probs, words, 3))


def test_the_rule_chooses_these(ids):
    words, (train, validation, _) = ids
    chooser = Chooser(brown().split().validation, words, train, validation)
    chosen = chooser.choose()
    assert tuple((i, j, words[validation[i][j]]) for i, j in chosen) == PLACES
    kinds = Counter(next(kind for kind in KINDS if chooser.fits(at, kind)) for at in chosen)
    assert kinds == dict.fromkeys(KINDS, 4)


def test_they_are_real_errors_of_many_samples_and_all_genres(ids, answers):
    words, _ = ids
    places = twenty_errors()
    assert [place.number for place in places] == list(range(1, 21))
    assert len({place.sample for place in places}) == len({place.word for place in places}) == 20
    assert set(Counter(place.genre for place in places)) == set(brown().split().validation.genres)
    for answer in answers:
        assert answer.place.word in words
        assert answer.p < BOUND
        assert answer.rank > 1
        assert answer.guesses[0][0] != answer.place.word
        assert answer.guesses[0][1] > answer.p
        assert len(answer.guesses) == 3
        assert not {"UNK_", "<s>"} & {word for word, _ in answer.guesses}


def test_a_place_is_where_it_says():
    place = twenty_errors()[0]
    part = brown().split().validation
    sentence = part.sentences[place.sentence]
    assert (*place.before, place.word, *place.after) == sentence
    assert place.before[-3:] == ("to", "one", "rancher")
    assert place.earlier[-1] == part.sentences[place.sentence - 1]
    last = twenty_errors()[-1]
    start = next(document.start for document in part.documents if document.id == last.sample)
    assert len(last.earlier) == last.sentence - start


PAGE = [
    Place(1, 0, 1, "news", "ca01", (("Hello", "."),), ("the",), "dog", (".",)),
    Place(2, 1, 2, "news", "ca01", (), ("the", "<b>"), "zebra", ("&",)),
]
WORDS = ("<s>", "</s>", "UNK_", "the", "dog", "cat")


def small_model(place):
    return WORDS, torch.tensor([0.0, 0.1, 0.4, 0.1, 0.15, 0.25])


def test_rank_probability_and_guesses():
    known, unknown = rerun(small_model, guesses=2, places=PAGE)
    assert (known.rank, known.p) == (3, pytest.approx(0.15))  # behind UNK_ and cat
    assert known.bits == pytest.approx(-math.log2(0.15))
    assert [word for word, _ in known.guesses] == ["cat", "dog"]
    assert (unknown.rank, unknown.p, unknown.bits) == (None, 0.0, math.inf)
    with pytest.raises(ValueError, match="for 2 words"):
        rerun(lambda place: (["a", "b"], torch.ones(3)), places=PAGE)


def test_an_n_gram_model_is_asked_for_the_last_words():
    asked = []

    def next_probs(context):
        asked.append(context.tolist())
        return torch.ones(1, 6) / 6

    rerun(from_ngrams(next_probs, WORDS, 4), places=PAGE)
    rerun(from_ngrams(next_probs, WORDS, 1), places=PAGE[:1])
    assert asked == [[[0, 0, 3]], [[0, 3, 2]], [[]]]


def test_labels_are_checked_and_summed_up():
    answers = rerun(small_model, places=PAGE)
    better = rerun(lambda place: (("dog", "zebra"), torch.tensor([0.5, 0.5])), places=PAGE)
    records = by_reason({1: "topic", 2: "chance"}, old=answers, new=better)
    assert [record["reason"] for record in records] == ["topic", "chance"]
    assert records[0]["new bits"] == 1
    assert records[1]["old bits"] == math.inf
    assert (records[1]["old in ten"], records[1]["new in ten"]) == (0, 1)
    check_labels({})
    with pytest.raises(ValueError, match="the places are 1 to 20"):
        check_labels({21: "topic"})
    with pytest.raises(ValueError, match="choose one of phrase, grammar"):
        check_labels({1: "luck"})


def test_the_sheet_shows_all_and_escapes():
    one, two = rerun(small_model, places=PAGE), rerun(small_model, guesses=1, places=PAGE)
    sheet = show({"bigram": one, "other": two}, labels={2: "world"})
    assert "<mark>zebra</mark>" in sheet.html
    assert "&lt;b&gt;" in sheet.html
    assert "<b> " not in sheet.html
    assert sheet.html.count("bigram: ") == sheet.html.count("other: ") == 2
    assert ">>dog<<" in str(sheet)
    assert "2. news, world" in str(sheet)
    assert "does not know the word" in str(sheet)
    assert set(sheet._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert all(reason in str(reasons()) for reason in REASONS)
    assert len(REASONS) == 6


def test_quotation_marks_are_printed_ones():
    assert joined(["``", "Come", "in", "''", ",", "she", "said"]) == "“Come in” , she said"


def test_twenty_fit_on_a_sheet(answers):
    sheet = show(answers)
    assert sheet.html.count("<li ") == 20
    assert max(map(len, str(sheet).splitlines())) <= 110
