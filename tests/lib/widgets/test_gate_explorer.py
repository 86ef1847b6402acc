"""The widget of chapter 6 reads the gates off the learner's step, and shows something where nobody can choose."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ngram2bert.lstm import lstm_step
from ngram2bert.plots import Picture
from ngram2bert.widgets import gate_explorer
from ngram2bert.widgets.frame import Sliding
from ngram2bert.widgets.gates import LONGEST, Watched, draw, read, tokens

WORDS = ["<s>", "</s>", "UNK_", "the", "man", "boys", "saw", "."]
TEXT = "the man saw the boys."


def drawn(h: int, m: int, seed: int) -> dict[str, Tensor]:
    made = torch.Generator().manual_seed(seed)
    shapes = {"W_x": (4 * h, m), "W_h": (4 * h, h), "b": (4 * h,)}
    return {name: torch.randn(shape, generator=made) for name, shape in shapes.items()}


def by_equation(params: dict[str, Tensor], xs: Tensor) -> dict[str, Tensor]:
    """All gates, the cell and the output, from the equations themselves."""
    h = c = torch.zeros(params["W_h"].shape[1])
    rows = []
    for x in xs:
        i, f, g, o = (params["W_x"] @ x + params["W_h"] @ h + params["b"]).chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        rows.append((f.sigmoid(), i.sigmoid(), o.sigmoid(), c, h))
    names = ("forget", "input", "output", "cell", "hidden")
    return dict(zip(names, map(torch.stack, zip(*rows, strict=True)), strict=True))


def test_the_gates_are_those_of_the_equations_in_every_layer():
    layers = [drawn(3, 5, 1), drawn(4, 3, 2)]
    xs = torch.randn(7, 5, generator=torch.Generator().manual_seed(3))
    found = read(lstm_step, layers, xs)
    for reading, params in zip(found, layers, strict=True):
        wanted = by_equation(params, xs)
        for name, value in wanted.items():
            assert torch.allclose(getattr(reading, name), value, atol=2e-6), name
        xs = wanted["hidden"]


def test_a_learners_wrong_step_shows_its_own_gates():
    def forgetful(params, x, h, c):
        return lstm_step(params, x, h, 0.5 * c)

    xs = torch.randn(4, 5, generator=torch.Generator().manual_seed(3))
    right, wrong = (read(step, [drawn(3, 5, 1)], xs)[0] for step in (lstm_step, forgetful))
    assert torch.allclose(wrong.forget[0], 0.5 * right.forget[0], atol=1e-6)
    assert float((wrong.cell[-1] - right.cell[-1]).abs().max()) > 0.01


def test_half_of_what_is_held_is_left_after_the_half_life():
    params = drawn(1, 2, 0)
    params["W_x"].zero_()
    params["W_h"].zero_()
    params["b"][1] = torch.logit(torch.tensor(0.9))
    (reading,) = read(lstm_step, [params], torch.zeros(5, 2))
    assert float(0.9 ** reading.half_lives[0]) == pytest.approx(0.5, abs=1e-4)


def test_a_text_becomes_the_words_of_the_model():
    assert tokens("the man saw. the dog", set(WORDS)) == ["the", "man", "saw", ".", "</s>", "the", "UNK_"]
    assert tokens("the boys.", set(WORDS)) == ["the", "boys", "."]
    assert tokens("  ", set(WORDS)) == []
    assert len(tokens("the " * 90, set(WORDS))) == LONGEST


def watched() -> Watched:
    vectors = torch.randn(len(WORDS), 5, generator=torch.Generator().manual_seed(4))
    return Watched(lstm_step, [drawn(3, 5, 1), drawn(4, 3, 2)], vectors, WORDS)


def test_the_words_under_the_picture_say_what_is_in_it():
    model = watched()
    reading = model.readings(TEXT)[1][0]
    shown = draw(model, TEXT, "", unit=2)
    assert f"{float(reading.forget[:, 2].mean()):.2f} on average" in shown.alt
    assert f"left after {float(reading.half_lives[2]):.1f} words" in shown.alt
    assert shown.alt.startswith("Unit 2 of layer 1 over 6 words.")


def test_a_typed_text_comes_first_and_an_empty_one_does_not_count():
    model = watched()
    chosen, blank, typed = (draw(model, TEXT, text, unit=1) for text in ("", "   ", "boys saw"))
    assert chosen.alt == blank.alt
    assert "over 2 words" in typed.alt
    assert draw(model, TEXT, "", unit=0).png != chosen.png != draw(model, TEXT, "", unit=1, layer=1).png


def test_units_come_the_slowest_first():
    model = watched()
    order = model.slowest_first(TEXT, 0)
    lives = model.readings(TEXT)[1][0].half_lives[order]
    assert sorted(order) == [0, 1, 2] and bool((lives[:-1] >= lives[1:]).all())


def test_without_a_kernel_a_still_picture_of_the_slowest_unit():
    model = watched()
    shown = gate_explorer(lstm_step, model.layers, model.vectors, WORDS, [TEXT])
    assert isinstance(shown, Picture) and not isinstance(shown, Sliding)
    assert shown.alt.startswith(f"Unit {model.slowest_first(TEXT, 0)[0]} of layer 1 over 6 words.")


@pytest.mark.parametrize(("texts", "layers"), [([], 1), (["  "], 1), ([TEXT], 0)])
def test_nothing_to_show_is_said(texts, layers):
    with pytest.raises(ValueError, match="give at least one of each"):
        gate_explorer(lstm_step, [drawn(3, 5, 1)][:layers], torch.zeros(len(WORDS), 5), WORDS, texts)


def test_vectors_that_do_not_fit_are_refused_in_words():
    with pytest.raises(ValueError, match=r"\(8, 4\), but \(8, 5\) is wanted"):
        gate_explorer(lstm_step, [drawn(3, 5, 1)], torch.zeros(8, 4), WORDS, [TEXT])
