"""What chapter 00 gives: bags of words, pictures, the widget."""

import time

import pytest
import torch

from ngram2bert import plots
from ngram2bert.start.bags import bags, common_words
from ngram2bert.start.drawings import leanings, squares, with_spread
from ngram2bert.start.logistic import loss_and_gradients
from ngram2bert.start.quick import LIMIT, quick
from ngram2bert.start.reader import review_reader, verdict
from ngram2bert.start.softmax import softmax

WORDS = ["good", "bad", "."]
WEIGHT = torch.tensor([[0.0, 0.5, 0.0], [1.0, -0.5, 0.1]])


def test_bags_count_and_forget_the_order():
    texts = [["good", ".", "good", "new"], [], [".", "bad"]]
    assert bags(texts, WORDS).tolist() == [[2, 0, 1], [0, 0, 0], [0, 1, 1]]
    assert bags([["bad", "good"]], WORDS).equal(bags([["good", "bad"]], WORDS))
    assert bags([], WORDS).shape == (0, 3)
    assert bags(texts, []).shape == (3, 0)
    assert bags(texts, WORDS).dtype == torch.float32


def test_bags_refuse_a_word_twice():
    with pytest.raises(ValueError, match="'bad' stands twice"):
        bags([["bad"]], ["bad", "good", "bad"])


def test_common_words_are_in_many_texts_not_often_in_one():
    texts = [["b", "b", "b", "a"], ["c", "a"], ["c"], ["d"]]
    assert common_words(texts, 3) == ["a", "c", "b"]
    assert common_words(texts, 99) == ["a", "c", "b", "d"]


def test_leanings_tell_every_number_in_words():
    picture = leanings(["one", "two"], torch.tensor([0.25, 0.9]), "share", "A title")
    assert picture.alt == "A title. Share: two 0.90, one 0.25."
    assert picture.png.startswith(b"\x89PNG")


def test_squares_and_spread_are_drawn():
    assert squares(["x", "y"], torch.eye(2), "distance", "Title", "What it shows.").alt == "What it shows."
    _, axes = plots.figure()
    with_spread(axes, [1, 2], torch.tensor([[1.0, 2.0], [3.0, 2.0]]), 0, "runs")
    line = axes.lines[0]
    assert list(line.get_ydata()) == [2.0, 2.0]
    low, high = (list(cap.get_ydata()) for cap in axes.lines[1:3])
    assert (low, high) == ([1.0, 2.0], [3.0, 2.0])


def test_the_reader_counts_a_word_once_and_keeps_its_sign():
    once, twice = (verdict(softmax, WEIGHT, torch.zeros(2), WORDS, text) for text in ("Good.", "Good good."))
    assert once.alt == twice.alt
    p = softmax(torch.tensor([0.0, 1.1]), 0)[1].item()
    assert once.alt == f"Liked, says the reader: {p:.0%}. Push towards positive, nats: good 1.00, . 0.10."


def test_the_reader_says_so_when_it_knows_no_word():
    assert "no word that it knows" in verdict(softmax, WEIGHT, torch.zeros(2), WORDS, "Zounds").alt
    assert "50%" in verdict(softmax, WEIGHT, torch.zeros(2), WORDS, "").alt


def test_without_a_kernel_the_widget_is_its_picture():
    shown = review_reader(softmax, WEIGHT, torch.zeros(2), WORDS, "Bad.")
    assert isinstance(shown, plots.Picture)
    assert "bad -1.00" in shown.alt


def test_a_slow_gradient_is_replaced_by_the_same_numbers(capsys):
    def slow(weight, bias, x, y):
        time.sleep(2 * LIMIT)
        return loss_and_gradients(weight, bias, x, y)

    fast = quick(slow)
    assert "s a step" in capsys.readouterr().out
    case = (torch.randn(2, 5), torch.randn(2), torch.randn(7, 5), torch.arange(7) % 2)
    for ours, theirs in zip(fast(*case), loss_and_gradients(*case), strict=True):
        torch.testing.assert_close(ours, theirs)
    assert not case[0].requires_grad


def test_a_quick_gradient_stays(capsys):
    calls = []

    def instant(*case):
        calls.append(case)

    assert quick(instant) is instant
    assert len(calls) == 3
    assert capsys.readouterr().out == ""
