"""The claims of chapter 02, on little: what is counted, what is said, and that the data come back as they went."""

import json
from collections import Counter, defaultdict
from itertools import chain

import pytest

from ngram2bert.claims import hmm_lm, long_hmm_lm, long_taggers, long_vowels, taggers, vowels
from ngram2bert.claims.hmm_lm import LmRace, Point
from ngram2bert.claims.tagger_table import Tagged, TaggerTable
from ngram2bert.claims.vowels import Restart, Vowels
from ngram2bert.corpora import brown
from ngram2bert.ngrams import estimate

VOCAB = 30


def again(found):
    return type(found).from_data(json.loads(json.dumps(found.data(), allow_nan=False)))


def test_accuracies_and_gains_count_tokens_by_document():
    rows = [Tagged("one", [8, 4], [1, 0], 1.0, 2.0), Tagged("two", [6, 4], [1, 0], 1.0, 1.0)]
    table = TaggerTable([10, 5], [2, 3], rows)
    assert table.tokens == 20
    assert table.accuracy("one") == pytest.approx((65, 80, 20))
    mean, low, high = table.gain("one", "two")
    assert mean == pytest.approx(10)
    assert low == pytest.approx(0)  # both draws may be the second document, where they are equal
    assert high == pytest.approx(100 * 2 / 12)
    assert table.gain("two", "one")[0] == -mean
    assert "65.00" in table.table() and "-10.00" in table.table()
    assert again(table).table() == table.table()
    assert table.plot().alt.startswith("Points of accuracy against one: two -10.00")
    with pytest.raises(KeyError, match="no tagger 'three'"):
        table.row("three")


def test_taggers_on_a_few_documents():
    part = brown().select(genres=["news"])
    ids = [document.id for document in part.documents]
    train, test = part.select(documents=ids[4:14]), part.select(documents=ids[:4])
    variants = {name: taggers.VARIANTS[name] for name in (taggers.OURS, "without endings", "no tags before")}
    table = taggers.run(train, test, variants)
    assert table.tokens == len(test.tokens)
    held = set(train.tokens)
    assert sum(table.known) == sum(word in held for word in test.tokens)
    ours = table.accuracy(taggers.OURS)
    assert ours[0] > table.accuracy("no tags before")[0]
    assert ours[2] > table.accuracy("without endings")[2] + 10
    unigram = long_taggers.nltk_tagger("unigram", train)
    judge = taggers.Judge(train, test)
    judge.add("theirs", lambda: unigram)
    usual, gold = usual_tags(train), chain.from_iterable(test.tags)
    best = sum(usual.get(word) == tag for word, tag in zip(test.tokens, gold, strict=True))
    assert sum(judge.table().row("theirs").known) == pytest.approx(best, abs=30)  # ties may fall otherwise
    with pytest.raises(ValueError, match="no documents"):
        taggers.Judge(train, test.select(documents=[]))


def usual_tags(train):
    """{word: its most frequent tag}."""
    counts = defaultdict(Counter)
    for word, tag in zip(train.tokens, chain.from_iterable(train.tags), strict=True):
        counts[word][tag] += 1
    return {word: found.most_common(1)[0][0] for word, found in counts.items()}


def test_documents_are_dealt_by_seed():
    train, test = long_taggers.dealt(brown(), 1)
    assert len(train.documents) + len(test.documents) == 500
    assert set(test.genres) == set(brown().genres)
    assert not {d.id for d in train.documents} & {d.id for d in test.documents}
    assert [d.id for d in long_taggers.dealt(brown(), 2)[1].documents] != [d.id for d in test.documents]


def test_vowels_on_a_few_sentences():
    found = vowels.run(sentences=25, restarts=3, steps=15, seed=2)
    assert [restart.seed for restart in found.restarts] == [2, 3, 4]
    assert all(restart.worst_rise < 1e-9 for restart in found.restarts)
    assert all(len(restart.bits) == 15 for restart in found.restarts)
    assert found.letters > 2000
    assert again(found).table() == found.table()
    assert found.plot().alt.startswith("Left: bits a letter fall")
    assert vowels.spelled([("It's", "U.S.", "5"), ("12",)]) == [[9, 20, 0, 19, 0, 21, 0, 19]]
    report = long_vowels.report({"runs": {"25": {"2": long_vowels.thinned(found)}}})
    assert "3 starts" in report


def test_what_is_said_of_restarts():
    def restart(seed, bits, first):
        return Restart(seed, bits, [1.0 if letter in first else 0.0 for letter in vowels.LETTERS])

    good, other = restart(1, [5.0, 4.0], " aeiou"), restart(2, [5.0, 4.2], " aehkstwxy")
    found = Vowels(100, [other, good])
    assert found.best is good and good.vowels and not other.vowels
    assert good.letters == ("_aeiou", "bcdfghjklmnpqrstvwxyz")
    assert found.sentence() == (
        "The best of 2 restarts (4.0000 bits a letter) has _aeiou in one state: the five vowels and the space. "
        "1 of 2 restarts stopped at a worse optimum; the likelihood never fell."
    )
    assert "the bits rose" in Vowels(100, [restart(1, [4.0, 4.1], "aeiou")]).sentence()


def test_an_hmm_as_a_language_model(small_texts):
    race = hmm_lm.run(*small_texts, VOCAB, states=(1, 6), steps=6, seeds=(1, 2), every=3)
    unigram, bigram = race.counted
    # one state is the unigram, but for the word that is added in each state
    assert race.final(1)[0] == pytest.approx(2**unigram.test, rel=0.02)
    assert race.final(6)[0] < race.final(1)[0]
    assert "HMM, 6 states" not in race.table() and "HMM of 6 states" in race.table()
    verb = "loses to" if race.final(6)[0] > 2**bigram.test else "beats"
    assert verb in race.sentence()
    assert again(race).table() == race.table()
    assert race.plot().alt.startswith("Test perplexity against CPU seconds")
    assert "| HMM, 6 states |" in long_hmm_lm.report({"race": race.data(), "seeds": [1, 2], "words": VOCAB - 1})
    assert bigram.test == estimate(small_texts[0], 2, VOCAB).bits(small_texts[2])


def test_the_model_of_the_best_validation_step_is_given(small_texts):
    train, validation, test = small_texts
    model, curve = hmm_lm.fitted(train[:40], validation, VOCAB, states=8, steps=40, seed=1, test=test, every=2)
    best = min(curve, key=lambda point: point.validation)
    assert model.bits(validation) == pytest.approx(best.validation, rel=1e-12)
    assert model.bits(test) == pytest.approx(best.test, rel=1e-12)
    assert best is not curve[-1]  # it went on until it was no better, and took the better one


def test_the_final_perplexity_is_that_of_the_best_validation():
    curve = [Point(1, 1, 5.0, 6.0), Point(2, 2, 4.0, 3.0), Point(3, 3, 4.5, 2.0)]
    assert LmRace(10, [], {2: {1: curve}}).final(2)[0] == 8
