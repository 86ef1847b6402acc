"""NLTK: the same TnT down to the tags, on a part of Brown; and what its HMM does otherwise."""

import pytest
import torch

from ngram2bert import hmm, tagging
from ngram2bert.corpora import brown

tnt = pytest.importorskip("nltk.tag.tnt")


@pytest.fixture(scope="module")
def texts():
    """(train, test): documents of two genres, all of Brown's tags."""
    part = brown().select(genres=["news", "fiction"])
    ids = [document.id for document in part.documents]
    return part.select(documents=ids[2:14]), part.select(documents=ids[:2])


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "capitals"])
def both(texts, request):
    """(ours, theirs), trained on the same sentences."""
    train, _ = texts
    theirs = tnt.TnT(C=request.param)
    theirs.train([list(sentence) for sentence in train.tagged_sentences()])
    ours = hmm.TnT.train(train.sentences, train.tags, capitals=request.param)
    return ours, theirs


def test_the_weights_of_deleted_interpolation(both):
    ours, theirs = both
    wanted = [theirs._lambda1, theirs._lambda2, theirs._lambda3]
    assert ours.weights.tolist() == pytest.approx(wanted, rel=1e-9)


def test_the_scores_of_unknown_words(both):
    ours, theirs = both
    assert float(ours.prior.std()) == pytest.approx(theirs._theta, rel=1e-9)
    for word in ("grumbled", "Zanzibar", "unflappable", "q", "x-ray"):
        wanted = theirs._unknown_tag_scores(word)
        flag = word[0].isupper()
        found = ours.endings[flag].posteriors([word])[0] / ours.prior
        assert [wanted[name] for name in ours.names] == pytest.approx(found.tolist(), rel=1e-8)


def test_the_tags(both, texts):
    ours, theirs = both
    _, test = texts
    sentences = test.sentences[:150]
    guessed = ours.tag(sentences)
    wanted = [[tag for _, tag in theirs.tag(list(sentence))] for sentence in sentences]
    pairs = [pair for one, two in zip(guessed, wanted, strict=True) for pair in zip(one, two, strict=True)]
    same = sum(a == b for a, b in pairs) / len(pairs)
    assert same > 0.999


def test_the_functions_of_the_chapter_on_the_universal_tags(texts):
    train, _ = texts
    names = sorted({tag for row in train.universal_tags for tag in row})
    number = {name: i for i, name in enumerate(names)}
    tags = [[number[tag] for tag in row] for row in train.universal_tags]
    theirs = tnt.TnT()
    theirs.train([list(sentence) for sentence in train.tagged_sentences("universal")])
    counts = tagging.border_trigrams(tags, len(names))
    weights = hmm.deleted_interpolation(counts)
    assert weights.tolist() == pytest.approx([theirs._lambda1, theirs._lambda2, theirs._lambda3], rel=1e-9)
    lexicon = tagging.lexicon(train.sentences, tags, len(names))
    prior = torch.stack(list(lexicon.values())).sum(0)
    prior = prior / prior.sum()
    small = {word: row for word, row in lexicon.items() if not word[0].isupper()}
    suffixes = tagging.suffix_counts(small, longest=10, rare=10)
    for word in ("grumbled", "unflappable", "ly", "%"):
        wanted = theirs._unknown_tag_scores(word)
        found = hmm.suffix_scores(word, suffixes, prior, 10)
        assert found.tolist() == pytest.approx([wanted[name] for name in names], rel=1e-8)


def test_a_convention_nltks_hmm_has_no_end():
    """Its rows of moves are divided by the moves alone; everything else is `supervised_estimates`, and the path too."""
    from nltk.tag.hmm import HiddenMarkovModelTrainer

    words = [["a", "b", "a"], ["b", "c"], ["a", "a", "c", "b"]]
    tags = [["X", "Y", "X"], ["Y", "Y"], ["X", "X", "Y", "X"]]
    peer = HiddenMarkovModelTrainer().train_supervised(
        [list(zip(*pair, strict=True)) for pair in zip(words, tags, strict=True)]
    )
    ids = [["abc".index(word) for word in row] for row in words]
    numbers = [["XY".index(tag) for tag in row] for row in tags]
    start, trans, stop, emit = hmm.supervised_estimates(ids, numbers, 2, 3)
    trans = trans / (1 - stop)[:, None]
    for i, one in enumerate("XY"):
        assert peer._priors.prob(one) == pytest.approx(float(start[i]))
        for j, two in enumerate("XY"):
            assert peer._transitions[one].prob(two) == pytest.approx(float(trans[i, j]))
        for w, word in enumerate("abc"):
            assert peer._outputs[one].prob(word) == pytest.approx(float(emit[i, w]))
    for sentence in (["a", "c", "b", "b"], ["c", "a"]):
        log_obs = tagging.observe(emit, ["abc".index(word) for word in sentence])
        path, _ = hmm.viterbi(start.log(), trans.log(), torch.zeros(2).double(), log_obs)
        assert peer.best_path(sentence) == ["XY"[k] for k in path]
