"""Chapter 00's widget: type a review, and see which word pushes which way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets
import torch
from torch import Tensor

from ..corpora import tokenize
from ..plots import Picture
from ..widgets.frame import Sliding, slide_or_still
from .bags import bags
from .drawings import leanings

MOST = 12  # words shown: those that push hardest


def verdict(softmax: Callable[..., Tensor], weight: Tensor, bias: Tensor, words: Sequence[str], review: str) -> Picture:
    """What the model says of a review, and the push of each word that it knows: the difference of its two weights.

    softmax: (scores, dim) -> probabilities; weight: (2, V); bias: (2,); words: V of them; review: as typed.
    """
    x = (bags([tokenize(review)], words) > 0).float()  # (1, V) presence
    liked = float(softmax(x @ weight.T + bias, 1)[0, 1])
    push = (weight[1] - weight[0]) * x[0]  # (V,)
    found = x[0].nonzero()[:, 0]
    shown = found[push[found].abs().argsort(descending=True)[:MOST]]
    names, pushes = [words[i] for i in shown.tolist()], push[shown]
    if not names:
        names, pushes = ["(no word that it knows)"], torch.zeros(1)
    return leanings(names, pushes, "push towards positive, nats", f"Liked, says the reader: {liked:.0%}", middle=0.0)


def review_reader(
    softmax: Callable[..., Tensor], weight: Tensor, bias: Tensor, words: Sequence[str], review: str
) -> Sliding | Picture:
    """A line to type a review into, above the verdict on it, which follows each key."""
    line = ipywidgets.Text(value=review, description="A review", layout=ipywidgets.Layout(width="46rem"))
    return slide_or_still(lambda review: verdict(softmax, weight, bias, words, review), review=line)
