"""The widget of chapter 2 shows what enumerating all paths says, and shows something where nobody can slide."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from ngram2bert import widgets
from ngram2bert.hmm import forward, viterbi
from ngram2bert.plots import Picture
from ngram2bert.widgets.frame import Sliding
from ngram2bert.widgets.trellis import MAX, SUM, Trellis, draw, number

START, STOP = torch.tensor([0.8, 0.2]).double(), torch.tensor([0.2, 0.4]).double()
TRANS = torch.tensor([[0.2, 0.6], [0.5, 0.1]]).double()
OBS = torch.tensor([[0.5, 0.0], [0.1, 0.6], [0.4, 0.4]]).double()  # (T, K)
WORDS, STATES = ["they", "can", "fish"], ["noun", "verb"]
MODEL = (START.log(), TRANS.log(), STOP.log(), OBS.log())


def trellis() -> Trellis:
    return Trellis(WORDS, STATES, *MODEL, forward, viterbi)


def reaching(t: int, state: int) -> list[float]:
    """The probability of every path to a state at word t (from 0) with the words so far."""
    found = []
    for path in product(range(2), repeat=t):
        p, whole = 1.0, (*path, state)
        for i, k in enumerate(whole):
            p *= float((START[k] if i == 0 else TRANS[whole[i - 1], k]) * OBS[i, k])
        found.append(p)
    return found


@pytest.mark.parametrize(("rule", "of"), [(SUM, sum), (MAX, max)])
def test_every_cell_is_the_sum_or_the_best_of_all_paths_to_it(rule, of):
    cells = trellis().cells(rule).exp()
    for t in range(3):
        for k in range(2):
            assert float(cells[t, k]) == pytest.approx(of(reaching(t, k)), abs=1e-12)


def test_the_words_say_the_arithmetic():
    assert draw(trellis(), 6, SUM).alt.endswith("the sum 0.0192. Times 0.400 for the word: 0.0077.")
    assert "the largest comes from verb" in draw(trellis(), 5, MAX).alt
    assert draw(trellis(), 1, SUM).alt == (
        "noun at word 1, 'they': it starts there with 0.800, says the word with 0.500: together 0.4000."
    )


def test_the_end_is_the_sentence_or_its_best_path():
    assert draw(trellis(), 7, SUM).alt.endswith("p(words) = 0.0090.")
    assert draw(trellis(), 7, MAX).alt.endswith("noun verb noun, with probability 0.0058.")


def test_pictures_differ_cell_by_cell():
    for rule in (SUM, MAX):
        assert len({draw(trellis(), step, rule).png for step in range(1, 8)}) == 7
    assert draw(trellis(), 6, SUM).png != draw(trellis(), 6, MAX).png


def test_small_numbers_fit_their_cells():
    assert [number(p) for p in (0.0, 0.4, 0.00051, 0.00012)] == ["0", "0.4000", "0.0005", "1.2e-4"]


def test_without_a_kernel_a_still_picture_of_the_whole():
    shown = widgets.trellis_explorer(WORDS, STATES, *MODEL, forward, viterbi)
    assert isinstance(shown, Picture) and not isinstance(shown, Sliding)
    assert shown.alt.endswith("noun verb noun, with probability 0.0058.")


def test_names_that_do_not_fit_are_refused_in_words():
    with pytest.raises(ValueError, match=r"\(3, 2\), but \(2, 2\) is wanted"):
        widgets.trellis_explorer(WORDS[:2], STATES, *MODEL, forward, viterbi)
