"""The widget of chapter 4 shows the tables it was given, asks the learner's analogy, and survives any typing."""

from __future__ import annotations

import itertools

import pytest
import torch

from ngram2bert.plots import Picture
from ngram2bert.widgets import neighbourhood_explorer
from ngram2bert.widgets.neighbourhood import Neighbourhood, draw, flat, spread

WORDS = ["king", "queen", "man", "woman", "tea"]
COUNTED = torch.tensor([[1.0, 0.1, 0.9], [0.9, 1, 1], [0.1, 0, 1], [0, 1, 0.9], [-1, 0.2, -0.4]])
PREDICTED = torch.tensor([[1.0, 0], [1, 0.2], [-1, 0.4], [0, 1], [0.5, 2]])
TABLES = {"counts": COUNTED, "skip-gram": PREDICTED}


def third(vectors: torch.Tensor, a: int, b: int, c: int) -> int:
    """Stands for the learner's function: an answer that depends on everything it was given."""
    return (a + 2 * b + 3 * c + vectors.shape[1]) % len(vectors)


def hood(count: int = 2) -> Neighbourhood:
    return Neighbourhood(TABLES, WORDS, third, count)


def test_each_method_has_its_own_neighbours_by_angle():
    told = draw(hood(), "king", "counts", "man king woman").alt
    assert told.startswith("Nearest to 'king'. counts: queen 0.84, man 0.74; skip-gram: queen 0.98, tea 0.24. ")


def test_the_analogy_is_answered_by_the_function_it_was_given():
    told = draw(hood(), "king", "counts", "man king woman").alt
    assert told.endswith("man is to king as woman is to tea (counts), woman (skip-gram).")  # 2 + 0 + 9 + 3, and + 2


@pytest.mark.parametrize("question", ["", "man king", "man king woman tea", "man king wooman"])
def test_what_is_no_analogy_is_said_in_words(question):
    assert draw(hood(), "tea", "counts", question).alt.endswith("a, b, c for 'a is to b as c is to ...'.")


def test_an_unknown_word_gets_words_that_are_spelled_alike():
    shown = draw(hood(), "wuman", "counts", "man king woman")
    assert shown.alt.startswith("'wuman' is not among the 5 words. Spelled alike: woman")


def test_the_map_follows_the_method():
    pictures = {draw(hood(), " king ", method, "man king woman").png for method in TABLES}
    assert len(pictures) == 2


def test_one_table_is_enough_and_need_not_be_wide():
    alone = Neighbourhood({"line": torch.tensor([[1.0], [2], [-1], [3], [-2]])}, WORDS, third, 9)
    assert "line: queen 1.00, woman 1.00, " in draw(alone, "king", "line", "man king woman").alt


def test_flat_keeps_the_angles_of_vectors_in_a_plane():
    angles = torch.tensor([0.3, 0.9, 1.4, 2.0]).double()
    turned = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)).Q
    places = flat(torch.stack([angles.cos(), angles.sin(), *torch.zeros(3, 4)], 1) @ turned * 3)
    assert places.shape == (4, 2)
    assert float(places.abs().amax()) == pytest.approx(1)
    assert float(places[0, 0]) > 0 and float(places[0, 1]) > 0
    order = places[:, 0] if abs(float(places[0, 0])) > 0.5 else places[:, 1]
    assert order.tolist() in (sorted(order.tolist()), sorted(order.tolist(), reverse=True))


def test_labels_cover_neither_marks_nor_each_other():
    generator = torch.Generator().manual_seed(4)
    places = [(float(x), float(y)) for x, y in torch.rand(17, 2, generator=generator)]
    names = [f"word{i}" * (1 + i % 2) for i in range(17)]
    letter, line = 0.02, 0.05
    heights = spread(places, names, letter, line)
    boxes = [(x + letter, x + letter * (1 + len(n)), h) for (x, _), n, h in zip(places, names, heights, strict=True)]
    for (a, b, h), (c, d, k) in itertools.combinations(boxes, 2):
        assert b <= c or d <= a or abs(h - k) >= line - 1e-9
    for left, right, height in boxes:
        for x, y in places:
            assert not left < x < right or abs(height - y) >= 0.7 * line - 1e-9
    assert spread([(0.0, 0.5)], ["alone"], letter, line) == [0.5]


def test_without_a_kernel_a_still_picture_of_the_first_known_choice():
    shown = neighbourhood_explorer(TABLES, WORDS, third, ["unheard", "tea"], count=1)
    assert isinstance(shown, Picture)
    assert shown.alt.startswith("Nearest to 'tea'. counts: woman -0.1")


@pytest.mark.parametrize(("tables", "choices"), [({}, ["tea"]), (TABLES, ["unheard"])])
def test_nothing_to_show_is_said(tables, choices):
    with pytest.raises(ValueError, match="give one of each"):
        neighbourhood_explorer(tables, WORDS, third, choices)


def test_a_table_of_other_words_is_refused_in_words():
    with pytest.raises(ValueError, match=r"table 'short' has shape \(2, 3\); wanted \(5, m\)"):
        neighbourhood_explorer({"short": COUNTED[:2]}, WORDS, third, ["tea"])
