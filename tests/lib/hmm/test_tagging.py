"""The tagger: its given tables, its endings, its trellis; each against a slow form of itself."""

import math
from collections import Counter, defaultdict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ngram2bert import hmm, tagging
from ngram2bert.hmm.endings import Endings, runs
from ngram2bert.hmm.tag_tables import TagTables
from ngram2bert.hmm.tnt import TnT

TAGS = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=6), min_size=1, max_size=8)
LETTERS = st.text("abcA", min_size=1, max_size=6)
TAGGED = st.lists(st.lists(st.tuples(LETTERS, st.integers(0, 2)), min_size=1, max_size=5), min_size=3, max_size=9)


def trigrams(tags):
    counts = Counter()
    for sentence in tags:
        padded = [3, 3, *sentence, 3]
        counts.update(zip(padded, padded[1:], padded[2:], strict=False))
    return counts


@settings(max_examples=20, deadline=None, derandomize=True)
@given(TAGS)
def test_tables_of_tags_are_the_counts(tags):
    counts = tagging.border_trigrams(tags, 3)
    assert {tuple(i): int(counts[tuple(i)]) for i in counts.nonzero().tolist()} == trigrams(tags)
    probs = tagging.trigram_probs(counts, torch.tensor([0.2, 0.3, 0.5]).double())
    seen = counts.sum(2) > 0
    assert torch.allclose(probs.sum(2)[seen], torch.ones(int(seen.sum())).double())
    weights = hmm.deleted_interpolation(counts)
    fast = TagTables.count(tags, 3, order=3)
    assert torch.allclose(fast.weights, weights, rtol=1e-12)
    a, b, c = counts.nonzero().T
    wanted = tagging.trigram_probs(counts, weights).log()
    assert torch.allclose(fast.log_prob(a, b, c), wanted[a, b, c], rtol=1e-10, atol=1e-12)
    every = torch.cartesian_prod(torch.arange(4), torch.arange(3), torch.arange(4)).T  # seen or not
    assert torch.allclose(fast.log_prob(*every).exp(), wanted[tuple(every)].exp(), rtol=1e-10, atol=1e-12)


def test_no_text_has_no_trigrams():
    assert tagging.border_trigrams([], 2).sum() == 0


@settings(max_examples=20, deadline=None, derandomize=True)
@given(TAGGED, st.lists(LETTERS, min_size=1, max_size=5))
def test_endings_of_many_words_are_those_of_one(tagged, unknown):
    words = [[word for word, _ in sentence] for sentence in tagged]
    tags = [[tag for _, tag in sentence] for sentence in tagged]
    lexicon = tagging.lexicon(words, tags, 3)
    pairs = Counter(pair for sentence in tagged for pair in sentence)
    assert {(word, tag): int(n) for word, row in lexicon.items() for tag, n in enumerate(row) if n} == pairs
    suffixes = tagging.suffix_counts(lexicon, longest=10, rare=10)
    wanted = defaultdict(lambda: torch.zeros(3).double())
    for (word, tag), count in pairs.items():
        if sum(n for (other, _), n in pairs.items() if other == word) <= 10:
            for i in range(1, len(word) + 1):
                wanted[word[-i:]][tag] += count
    assert suffixes.keys() == wanted.keys()
    assert all(torch.equal(suffixes[ending], wanted[ending]) for ending in wanted)
    prior = torch.bincount(torch.tensor([t for row in tags for t in row]), minlength=3).double() + 1
    prior /= prior.sum()
    fast = Endings.count([w for w, _ in pairs], [t for _, t in pairs], list(pairs.values()), prior)
    found = fast.posteriors(unknown) / prior
    for word, row in zip(unknown, found, strict=True):
        assert torch.allclose(row, hmm.suffix_scores(word, suffixes, prior, 10), rtol=1e-10)


def test_frequent_words_lend_no_ending():
    lexicon = {"the": torch.tensor([11.0, 0.0]), "lathe": torch.tensor([0.0, 1.0])}
    found = tagging.suffix_counts(lexicon, longest=2, rare=10)
    assert {ending: row.tolist() for ending, row in found.items()} == {"e": [0, 1], "he": [0, 1]}
    assert tagging.suffix_counts({"the": torch.tensor([11.0])}, 2, 10) == {}


def test_runs():
    assert runs(torch.tensor([3, 7, 0]), torch.tensor([2, 0, 3])).tolist() == [3, 4, 0, 1, 2]
    assert runs(torch.tensor([], dtype=torch.int64), torch.tensor([], dtype=torch.int64)).tolist() == []


@settings(max_examples=20, deadline=None, derandomize=True)
@given(TAGGED)
def test_the_fast_tagger_finds_the_best_path_of_pairs(tagged):
    """Known words, no beam to speak of: the learner's own Viterbi on pairs of tags finds no better path."""
    words = [[word for word, _ in sentence] for sentence in tagged]
    tags = [[tag for _, tag in sentence] for sentence in tagged]
    names = [[f"t{tag}" for tag in row] for row in tags]
    fast = TnT.train(words, names, capitals=False, cased=False)
    fast.beam = 1e30
    states = sorted({tag for row in tags for tag in row})
    place = {tag: i for i, tag in enumerate(states)}
    numbered = [[place[tag] for tag in row] for row in tags]
    counts = tagging.border_trigrams(numbered, len(states))
    pairs = hmm.pair_states(tagging.trigram_probs(counts, hmm.deleted_interpolation(counts)))
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(w for row in words for w in row))}
    ids = [[vocabulary[word] for word in row] for row in words]
    emit = hmm.supervised_estimates(ids, numbered, len(states), len(vocabulary))[3]
    number = {f"t{tag}": i for tag, i in place.items()}
    for sentence, guess in zip(ids, fast.tag(words), strict=True):
        log_obs = tagging.pair_obs(tagging.observe(emit, sentence))
        path, log_prob = hmm.viterbi(*pairs, log_obs)
        size = len(states) + 1
        mine = [number[name] for name in guess]
        through = torch.tensor([a * size + b for a, b in zip([len(states), *mine], mine, strict=False)])
        assert float(hmm.path_log_prob(through, *pairs, log_obs)) == pytest.approx(float(log_prob), rel=1e-10)
        assert (path % size < len(states)).all()


TEXT = [
    [("The", "AT"), ("dog", "NN"), ("barks", "VBZ"), (".", ".")],
    [("A", "AT"), ("cat", "NN"), ("sleeps", "VBZ"), (".", ".")],
    [("Dogs", "NNS"), ("bark", "VB"), (".", ".")],
    [("The", "AT"), ("old", "JJ"), ("man", "NN"), ("walked", "VBD"), (".", ".")],
    [("Smith", "NP"), ("talked", "VBD"), (".", ".")],
] * 3


def trained(**options):
    return TnT.train([[w for w, _ in s] for s in TEXT], [[t for _, t in s] for s in TEXT], **options)


def test_unknown_words_go_by_their_ending_and_capitals():
    tagger = trained()
    assert tagger.tag([["The", "man", "jumped", "."], [], ["The"]]) == [["AT", "NN", "VBD", "."], [], ["AT"]]
    assert tagger.guess("jumped")[0][0] == "VBD"
    assert sum(p for _, p in tagger.guess("jumped", most=99)) == pytest.approx(1)
    assert float(tagger.weights.sum()) == pytest.approx(1)
    assert tagger.capitals
    assert not trained(capitals=False).capitals
    assert trained(capitals=False).endings[1].numbers.keys() != trained(cased=False).endings[1].numbers.keys()
    assert trained(order=2).weights[2] == 0
    assert trained(order=1).weights.tolist() == [1, 0, 0]
    with pytest.raises(ValueError, match="order is 4"):
        trained(order=4)


def test_without_endings_an_unknown_word_is_a_frequent_tag():
    tagger = trained(suffixes=False, order=1)
    assert tagger.tag([["jumped"]])[0][0] in {".", "NN"}  # the two most frequent tags of the text but the dot
    assert math.isclose(sum(tagger.prior.tolist()), 1)


def test_accuracy_counts_tokens():
    gold, guess = [[0, 1], [2, 2, 0, 1]], [[0, 2], [2, 2, 0, 0]]
    known = [[True, False], [True, True, False, True]]
    assert hmm.tagging_accuracy(gold, guess, known) == pytest.approx((4 / 6, 3 / 4, 1 / 2))
    assert all(math.isnan(x) for x in hmm.tagging_accuracy([], [], []))
