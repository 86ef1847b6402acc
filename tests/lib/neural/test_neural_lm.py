"""The network as a language model, its training on a small text, and the tagger."""

import itertools
import math

import pytest
import torch
from torch.testing import assert_close

from ngram2bert import neural
from ngram2bert.neural.brown import Settings, train_on
from ngram2bert.neural.tagger import WindowTagger, looks

# a grammar of two sentences: after 3 or 4 comes 5, after 6 or 7 comes 8
TEXT = [[3, 5], [4, 5], [6, 8], [7, 8]] * 30


@pytest.fixture(scope="module")
def model():
    settings = Settings(n=3, m=4, h=6, batch=16, dropout=0.0, rate=0.02)
    return neural.NeuralLM(train_on(TEXT, 9, settings, epochs=12, seed=1).params)


def test_it_learns_a_grammar(model):
    assert model.order == 3 and model.vocab_size == 9
    assert model.size == 9 * 4 + 6 * 8 + 6 + 9 * 6 + 9
    p = model.next_probs(torch.tensor([[0, 3], [0, 7], [3, 5]]))
    assert_close(p.sum(1), torch.ones(3, dtype=torch.float64), rtol=1e-5, atol=1e-5)
    assert p[0, 5] > 0.9 and p[1, 8] > 0.9 and p[2, 1] > 0.9


def test_words_that_come_alike_are_neighbours(model):
    assert model.neighbours(3, count=1)[0][0] == 4 and model.neighbours(6, count=1)[0][0] == 7
    everybody = model.neighbours(3, count=20)
    assert len(everybody) == 8 and all(a[1] >= b[1] for a, b in itertools.pairwise(everybody))


def test_tokens_and_perplexity(model):
    text = [[3, 5], [], [6]]
    log_p = model.token_log_probs(text)
    assert log_p.shape == (6,) and log_p.dtype == torch.float64
    assert_close(log_p[1], model.next_probs(torch.tensor([[0, 3]]))[0, 5].log())
    assert math.isclose(model.perplexity(text), math.exp(-float(log_p.mean())), rel_tol=1e-9)
    assert model.token_bits([]).shape == (0,)
    with pytest.raises(ValueError, match="no token"):
        model.bits([])
    with pytest.raises(ValueError, match="wants 2"):
        model.log_probs(torch.tensor([[1, 2, 3]]))


def test_it_writes(model):
    drawn = model.sample(50, 4, torch.Generator().manual_seed(1))
    right = sum(row[:3] in ([3, 5, 1], [4, 5, 1], [6, 8, 1], [7, 8, 1]) for row in drawn.tolist())
    assert drawn.shape == (50, 4) and right > 40


def test_the_same_seed_gives_the_same_network():
    settings = Settings(n=3, m=4, h=6, batch=16, dropout=0.3)
    one, two, other = (train_on(TEXT, 9, settings, 1, seed).params for seed in (1, 1, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(one["C"], other["C"])


@pytest.mark.parametrize("direct", [False, True])
def test_new_params(direct):
    params = neural.new_params(50, n=4, m=3, h=7, direct=direct, seed=3)
    shapes = {"C": (50, 3), "H": (7, 9), "d": (7,), "U": (50, 7), "b": (50,)} | ({"W": (50, 9)} if direct else {})
    assert {name: tuple(value.shape) for name, value in params.items()} == shapes
    contexts, targets = torch.randint(50, (64, 3)), torch.randint(50, (64,))
    loss, _ = neural.gradients(params, contexts, targets)
    assert abs(float(loss) - math.log(50)) < 0.05  # it knows nothing yet
    with pytest.raises(ValueError, match="n is 1"):
        neural.new_params(50, n=1)


def test_looks():
    assert looks("Running") == ("g", "ng", "ing", "A") and looks("F-16") == ("6", "16", "-16", "AAA0-")
    assert looks("a") == ("a", "a", "a", "")


def test_the_tagger_learns_from_both_sides_and_from_endings():
    sentences = [["a", x, "b"] if k else ["c", x, "d"] for x in ("u", "v", "w") for k in (0, 1)] * 8
    tags = [["D", "N" if s[0] == "a" else "V", "E"] for s in sentences]
    sentences += [["walked"], ["talked"], ["dogs"], ["cats"]] * 8
    tags += [["P"], ["P"], ["S"], ["S"]] * 8
    tagger = WindowTagger.trained(sentences, tags, seed=1, epochs=25)
    assert tagger.tag([["a", "w", "b"], ["c", "u", "d"]]) == [["D", "N", "E"], ["D", "V", "E"]]
    assert tagger.tag([["parked"], [], ["pens"]]) == [["P"], [], ["S"]]  # never seen: by their endings
    again = WindowTagger.trained(sentences, tags, seed=1, epochs=25)
    assert torch.equal(tagger.out.weight, again.out.weight) and not tagger.training
