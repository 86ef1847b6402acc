"""`train_vectors`, `WordVectors`, the training text and the bag of words: what they promise beside the gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from ngram2bert.neural.brown import brown_text
from ngram2bert.twenty import from_ngrams, rerun
from ngram2bert.vectors import METHODS, Settings, WordVectors, analogy, bag, pair_similarity, train_vectors
from ngram2bert.vectors.reviews import numbered, reviews

TOPICS = 6


def planted(sentences=1500, seed=0):
    """A text whose words come in TOPICS groups of five; sentences keep to one group."""
    chance = np.random.default_rng(seed)
    text = [(5 * chance.integers(TOPICS) + chance.integers(0, 5, 8)).tolist() for _ in range(sentences)]
    return text, torch.bincount(torch.tensor([word for sentence in text for word in sentence]), minlength=5 * TOPICS)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_planted_groups(method):
    text, counts = planted()
    settings = Settings(m=8, epochs=10 if method != "glove" else 60, sample=0.0, x_max=1000.0)
    unit = train_vectors(text, counts, method, settings, seed=1).unit
    near = (unit @ unit.T).fill_diagonal_(-2).topk(4).indices  # the four others of the group
    found = (near // 5 == torch.arange(5 * TOPICS)[:, None] // 5).float().mean()
    assert found > 0.95


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_decides(method):
    text, counts = planted(200)
    settings = Settings(m=4, epochs=2, sample=0.02)  # some words are dropped, by the seed
    tables = [train_vectors(text, counts, method, settings, seed).table for seed in (1, 1, 2)]
    assert torch.equal(tables[0], tables[1])
    assert not torch.allclose(tables[0] @ tables[0].T, tables[2] @ tables[2].T)


def test_what_cannot_be_trained_is_said():
    text, counts = planted(20)
    with pytest.raises(ValueError, match="'word2vec'; wanted one of skipgram, cbow, glove, ppmi-svd"):
        train_vectors(text, counts, "word2vec")
    with pytest.raises(ValueError, match="every word number must be 0 to 4"):
        train_vectors(text, counts[:5])
    with pytest.raises(ValueError, match="and one given"):
        train_vectors([], counts)
    with pytest.raises(ValueError, match="context is 'round'"):
        Settings(context="round")
    with pytest.raises(ValueError, match="must be 1 or more"):
        Settings(window=0)


def test_progress_runs_from_nothing_to_nearly_all():
    text, counts = planted(3000)
    told: list[float] = []
    train_vectors(text, counts, "skipgram", Settings(m=4, epochs=12, sample=0.0), progress=told.append)
    assert told[0] == 0 and told == sorted(told) and 0.8 < told[-1] < 1


def test_training_runs_on_one_thread_and_gives_the_others_back():
    text, counts = planted(20)
    seen, before = [], torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        train_vectors(
            text, counts, "cbow", Settings(m=4, epochs=1), progress=lambda _: seen.append(torch.get_num_threads())
        )
        assert (set(seen), torch.get_num_threads()) == ({1}, 2)
    finally:
        torch.set_num_threads(before)


def some_vectors(v=40, m=5):
    table = torch.randn(v, m, generator=torch.Generator().manual_seed(0))
    return WordVectors([f"w{i}" for i in range(v)], table, torch.ones(v, m))


def test_questions_agree_with_the_exercises():
    vectors = some_vectors()
    index = vectors.index
    for a, b, c in (("w1", "w2", "w3"), ("w5", "w5", "w9"), ("w0", "w39", "w17")):
        found = vectors.analogy(a, b, c, 3)
        assert found[0][0] == f"w{analogy(vectors.table, index[a], index[b], index[c])}"
        assert {a, b, c}.isdisjoint(word for word, _ in found)
    pairs = [("w1", "w2", 3.0), ("w4", "w5", 1.0), ("w6", "w7", 2.0), ("w1", "gone", 9.0)]
    _, used = pair_similarity(vectors.table, index, pairs)
    assert used == 3
    near = vectors.nearest("w4", 39)
    assert len(near) == 39 and "w4" not in dict(near)
    assert near[0][1] == pytest.approx(vectors.similarity("w4", near[0][0]), abs=1e-6)
    assert [value for _, value in near] == sorted((value for _, value in near), reverse=True)
    with pytest.raises(KeyError, match="no vector for 'W4'"):
        vectors.similarity("W4", "w1")


def test_both_tables_together():
    vectors = some_vectors()
    assert_close(vectors.added().table, vectors.table + 1)
    with pytest.raises(ValueError, match="no second table"):
        vectors.added().added()
    with pytest.raises(ValueError, match="give a row a word"):
        WordVectors(["a"], torch.zeros(2, 3))


def test_the_text_is_words_alone_and_a_small_one_begins_a_large_one():
    small, large = reviews(2_000, min_count=1), reviews(5_000, min_count=1)
    spoken = [[text.words[i] for sentence in text.sentences for i in sentence] for text in (small, large)]
    assert len(spoken[0]) == small.tokens == 2_000
    assert spoken[1][:2_000] == spoken[0]
    assert all(word[0].isalnum() for word in large.words)
    assert small.counts.tolist() == sorted(small.counts.tolist(), reverse=True)
    with pytest.raises(ValueError, match="ask for 1 to that many"):
        reviews(10**9)
    with pytest.raises(ValueError, match="wanted all, train, validation or test"):
        reviews(100, part="dev")


def test_rare_words_go_before_the_windows():
    text = numbered([["b", "a", "x", "b"], ["y"], ["a", "b"]], 2)
    assert text.words == ["b", "a"] and text.sentences == [[0, 1, 0], [1, 0]] and text.counts.tolist() == [3, 2]


def test_the_bags_gradient_is_its_losss():
    generator = torch.Generator().manual_seed(0)
    params = {name: torch.randn(12, 4, generator=generator, dtype=torch.float64).requires_grad_() for name in "CO"}
    rows, words, noise = (torch.randint(0, 12, size, generator=generator) for size in ((9, 3), (9,), (5,)))
    h = params["C"][rows].mean(1)
    score = (h * params["O"][words]).sum(1)
    loss = -torch.nn.functional.logsigmoid(score).mean()
    loss = loss - 2.0 / 5 * torch.nn.functional.logsigmoid(-(h @ params["O"][noise].T)).sum() / 9
    wanted = torch.autograd.grad(loss, list(params.values()))
    with torch.no_grad():
        found, gradients = bag.gradients(params, (rows, words, noise), 2.0)
    assert found == pytest.approx(loss.item())
    for name, d in zip("CO", wanted, strict=True):
        assert_close(gradients[name], d)


def test_the_best_score_of_negative_sampling_makes_the_right_probabilities():
    """With score log p - log(k q), q times its exponential is p again, whatever k is."""
    p, q = torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.2, 0.2, 0.6])
    params = {"C": torch.ones(3, 1), "O": (p.log() - (7 * q).log())[:, None], "log_noise": q.log()}
    model = bag.BagLM(params, n=3)
    assert_close(model.next_probs(torch.tensor([[0, 1], [2, 2]])), p.double().expand(2, 3), rtol=1e-6, atol=1e-6)
    with pytest.raises(ValueError, match="contexts of 4 words; this model wants 2"):
        model.log_probs(torch.zeros(1, 4, dtype=torch.int64))


def test_the_shipped_bag():
    model = bag.bag_lm()
    words, _, validation, _ = brown_text()
    assert (model.order, model.vocab_size) == (5, len(words))
    number = {word: i for i, word in enumerate(words)}
    context = torch.tensor([[number[w] for w in ("one", "of", "the", "most")]])
    probs = model.next_probs(context)
    assert float(probs.sum()) == pytest.approx(1.0) and float(probs[0, 0]) == 0.0  # <s> never comes next
    assert_close(probs, model.next_probs(context.flip(1)))  # a bag knows no order
    assert 150 < model.perplexity(validation[::50]) < 260
    answers = rerun(from_ngrams(model.next_probs, words, model.order))
    assert len(answers) == 20 and all(math.isfinite(answer.bits) for answer in answers)


@pytest.mark.full
def test_the_shipped_bag_is_as_good_as_its_log_says():
    from ngram2bert.pretrained import load

    log = load("bag-brown")[1]
    _, _, _, test = brown_text()
    assert bag.bag_lm().perplexity(test) == pytest.approx(log["perplexity"]["test"], rel=2e-3)  # half precision
