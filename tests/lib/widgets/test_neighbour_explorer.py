"""The widget of chapter 3 shows the vectors it was given; and it shows something where nobody can slide."""

from __future__ import annotations

import pytest
import torch

from ngram2bert.plots import Picture
from ngram2bert.widgets import Snapshot, neighbour_explorer
from ngram2bert.widgets.neighbours import draw

WORDS = ["<s>", "</s>", "UNK_", "cat", "dog", "was"]
EARLY = torch.tensor([[1.0, 0], [-0.5, 1], [-1, 0], [1, 1], [-1, -1], [1, 0.9]])
LATE = torch.tensor([[1.0, 0], [0, -1], [-1, 0], [1, 1], [2, 1.9], [-1, 0.9]])
SNAPSHOTS = [Snapshot(0, 1.79, EARLY), Snapshot(5000, 0.51, LATE)]


def test_neighbours_are_by_angle_and_change_with_training():
    early, late = (draw(SNAPSHOTS, WORDS, 2, "cat", step) for step in (0, 1))
    assert early.alt == "After 0 words (loss 1.79 nats) the nearest to 'cat' are was 1.00, <s> 0.71."
    assert late.alt == "After 5,000 words (loss 0.51 nats) the nearest to 'cat' are dog 1.00, <s> 0.71."
    assert early.png != late.png


def test_without_a_kernel_a_still_picture_of_the_end():
    shown = neighbour_explorer(SNAPSHOTS, WORDS, ["unheard", "dog"], count=1)
    assert isinstance(shown, Picture)
    assert shown.alt == "After 5,000 words (loss 0.51 nats) the nearest to 'dog' are cat 1.00."


@pytest.mark.parametrize(("snapshots", "choices"), [([], ["cat"]), (SNAPSHOTS, ["unheard"])])
def test_nothing_to_show_is_said(snapshots, choices):
    with pytest.raises(ValueError, match="give one of each"):
        neighbour_explorer(snapshots, WORDS, choices)
