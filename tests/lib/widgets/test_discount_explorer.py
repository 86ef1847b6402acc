"""The discount explorer: the learner's functions, each setting once, little enough to be quick."""

import math

import pytest
import torch

from ngram2bert.ngrams import count_ngrams, kneser_ney, perplexity
from ngram2bert.plots import Picture
from ngram2bert.widgets import discount_explorer
from ngram2bert.widgets.discounts import FIRST, STEPS, Tried, draw, some

TEXT = [[3 + (i * i + j * j) % 9 for j in range(2 + i % 5)] for i in range(120)]
VOCAB = 12


class Asked:
    """Kneser-Ney that remembers what it was asked for."""

    def __init__(self):
        self.calls = []

    def __call__(self, grams, counts, discounts, query, bos, size):
        self.calls.append((grams.shape[1], discounts, size))
        return kneser_ney(grams, counts, discounts, query, bos, size)


def tried(model=kneser_ney, tokens=100):
    return Tried(count_ngrams, model, perplexity, TEXT[:80], TEXT[80:], VOCAB - 1, tokens)


def test_a_figure_is_the_functions_own_and_asked_once():
    model = Asked()
    found = tried(model)
    table = count_ngrams(found.train, 2, 0, 1)
    want, _ = perplexity(lambda q: kneser_ney(*table, [0.75, 0.75], q, 0, VOCAB - 1), TEXT[80:], 2, 0, 1)
    assert found.ask(2, 15) == pytest.approx(want)
    found.ask(2, 15)
    assert model.calls == [(2, [15 / STEPS] * 2, VOCAB - 1)]


def test_only_some_of_the_text_is_used_and_always_the_same():
    part = some(TEXT, 50)
    assert 50 <= sum(map(len, part)) < 56
    assert part == some(TEXT, 50) != TEXT[: len(part)]
    assert sum(map(len, some(TEXT, 10**6))) == sum(map(len, TEXT))


def test_the_picture_says_where_one_is_and_what_was_best():
    found = tried()
    values = {step: found.ask(2, step) for step in (5, 10, 15)}
    picture = draw(found, 3, 2, 0.5)
    assert picture.png.startswith(b"\x89PNG")
    assert f"D = 0.50, trained on {sum(map(len, found.train))} words: the perplexity is {values[10]:.1f}" in picture.alt
    best = min(values, key=values.get)
    assert f"D = {best / STEPS:.2f} is best for n = 2, at {values[best]:.1f}" in picture.alt


def test_a_discount_of_zero_is_infinite_and_is_drawn_all_the_same():
    found = Tried(count_ngrams, kneser_ney, perplexity, [[3, 4]], [[5, 6]], VOCAB - 1, 100)
    assert found.ask(2, 0) == math.inf
    assert "infinite: a word that was never seen" in draw(found, 2, 2, 0.0).alt


def test_without_a_kernel_it_is_a_still_picture():
    model = Asked()
    before = torch.random.get_rng_state()
    picture = discount_explorer(count_ngrams, model, perplexity, TEXT[:80], TEXT[80:], VOCAB)
    assert isinstance(picture, Picture)
    assert len(model.calls) == len(FIRST)  # the current setting is one of them
    assert {size for _, _, size in model.calls} == {VOCAB - 1}
    assert torch.equal(torch.random.get_rng_state(), before)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="at least one word"):
        discount_explorer(count_ngrams, kneser_ney, perplexity, [[]], TEXT, VOCAB)
    with pytest.raises(ValueError, match="1 to 4"):
        discount_explorer(count_ngrams, kneser_ney, perplexity, TEXT, TEXT, VOCAB, orders=5)
