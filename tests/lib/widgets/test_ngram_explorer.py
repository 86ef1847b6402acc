"""What the widget of chapter 1 shows is what a plain count says; and it shows something where nobody can slide."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from ngram2bert import widgets
from ngram2bert.ngrams import count_ngrams
from ngram2bert.plots import Picture
from ngram2bert.widgets.frame import Sliding
from ngram2bert.widgets.ngrams import Counted, draw

BOS, EOS = 0, 1


def sentences(seed: int, count: int) -> list[list[int]]:
    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(0, 7, (count,), generator=draw).tolist()
    return [torch.randint(3, 9, (length,), generator=draw).tolist() for length in lengths]


TRAIN, TEST = sentences(1, 60), sentences(2, 20)


def plain(text: list[list[int]], n: int) -> Counter[tuple[int, ...]]:
    padded = [[BOS] * (n - 1) + sentence + [EOS] for sentence in text]
    return Counter(tuple(words[i : i + n]) for words in padded for i in range(len(words) - n + 1))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_slices_add_up(n):
    counted = Counted(count_ngrams, TRAIN, TEST, BOS, EOS, amounts=4)
    for k, end in enumerate(counted.ends):
        expected, asked = plain(TRAIN[:end], n), plain(TEST, n)
        assert counted.ranked(n, k).tolist() == sorted(expected.values(), reverse=True)
        new = sum(times for gram, times in asked.items() if gram not in expected)
        assert counted.unseen(n)[k] == pytest.approx(new / sum(asked.values()))
        assert counted.amounts[k] == sum(map(len, TRAIN[:end]))


def test_each_step_doubles_the_text():
    counted = Counted(count_ngrams, TRAIN, TEST, BOS, EOS, amounts=4)
    total = sum(map(len, TRAIN))
    assert counted.ends[-1] == len(TRAIN)
    for k, words in enumerate(counted.amounts):
        assert 0 <= words - total / 2 ** (3 - k) <= 6  # up to the end of a sentence


def test_the_words_say_the_numbers():
    counted = Counted(count_ngrams, TRAIN, TEST, BOS, EOS, amounts=3)
    picture = draw(counted, 3, 2, 2)
    expected = plain(TRAIN, 2)
    assert f"{len(expected)} different runs of 2 words" in picture.alt
    assert f"occurs {max(expected.values())} times" in picture.alt
    assert draw(counted, 3, 2, 1).png != picture.png
    assert draw(counted, 3, 3, 2).png != picture.png


def test_without_a_kernel_it_is_a_picture():
    shown = widgets.ngram_explorer(count_ngrams, TRAIN, TEST)
    assert isinstance(shown, Picture)
    assert "runs of 3 words" in shown.alt


def test_sliders_redraw_and_carry_a_still_picture():
    import ipywidgets

    def draw(n: int) -> Picture:
        return Picture(b"png", f"n is {n}", 10)

    shown = Sliding(draw, {"n": ipywidgets.IntSlider(value=2, min=1, max=5)})
    slider, html = shown.children
    assert "n is 2" in html.value
    slider.value = 4
    assert 'alt="n is 4"' in html.value
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == "n is 2"
    assert "<img" in bundle["text/html"]


def test_nothing_to_count_is_one_line():
    with pytest.raises(ValueError, match="at least one word each"):
        widgets.ngram_explorer(count_ngrams, [[]], TEST)


def test_an_unknown_widget_is_one_line():
    with pytest.raises(AttributeError, match="there is no widget 'lattice'"):
        widgets.lattice  # noqa: B018
