"""Chapter 03: how words find their neighbours while a network learns to predict the next word.

The learner trains; now and then they keep a copy of the table of word vectors. The widget goes through these copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets
from torch import Tensor

from .. import plots
from ..neural import nearest
from .frame import Sliding, slide_or_still


@dataclass(frozen=True)
class Snapshot:
    """tokens: read so far; loss: mean of the last batches, nats; vectors: (V, m), a copy of the table then."""

    tokens: int
    loss: float
    vectors: Tensor


def draw(snapshots: Sequence[Snapshot], words: Sequence[str], count: int, word: str, step: int) -> plots.Picture:
    """The neighbours of a word in one snapshot, and where on the way that is."""
    chosen = snapshots[step]
    found = nearest(chosen.vectors, words.index(word), count)
    figure, (left, right) = plots.figure(columns=2, width=8.2, height=3.1)
    names, cosines = [words[i] for i, _ in found], [cosine for _, cosine in found]
    left.barh(range(len(found)), cosines, color=plots.COLOURS[1])
    left.set_yticks(range(len(found)), names)
    left.invert_yaxis()
    left.set_xlim(0, 1)
    plots.label(left, "cosine with the word's vector", "nearest words", f"{word!r} after {chosen.tokens:,} words")
    read, losses = [s.tokens for s in snapshots], [s.loss for s in snapshots]
    right.plot(read, losses, **plots.line(0))
    right.plot(chosen.tokens, chosen.loss, "o", color=plots.COLOURS[2], markersize=9)
    right.xaxis.set_major_formatter("{x:,.0f}")
    plots.label(right, "words read", "loss (nats a word)", "The network meanwhile")
    told = ", ".join(f"{name} {cosine:.2f}" for name, cosine in zip(names, cosines, strict=True))
    return plots.picture(
        figure, f"After {chosen.tokens:,} words (loss {chosen.loss:.2f} nats) the nearest to {word!r} are {told}."
    )


def neighbour_explorer(
    snapshots: Sequence[Snapshot], words: Sequence[str], choices: Sequence[str], count: int = 7
) -> Sliding | plots.Picture:
    """A menu of words and a slider over the snapshots; the nearest words, and the loss at that time.

    snapshots: in the order of time; words: the V words, in the order of the rows; choices: those in the menu, of which
    the ones that `words` has not are left out; count: neighbours shown. Without a live kernel a still picture of the
    first word at the end. Raises ValueError where there is no snapshot or none of the choices is a word.
    Source: Bengio et al. 2003, section 2.
    """
    known = [word for word in choices if word in words]
    if not snapshots or not known:
        raise ValueError(f"{len(snapshots)} snapshots, {len(known)} of {len(choices)} choices known: give one of each")
    wide = {"style": {"description_width": "9em"}, "layout": {"width": "34em"}}
    steps = [(f"{snapshot.tokens:,} words", i) for i, snapshot in enumerate(snapshots)]
    return slide_or_still(
        lambda word, step: draw(snapshots, words, count, word, step),
        word=ipywidgets.Dropdown(value=known[0], options=known, description="word", **wide),
        step=ipywidgets.SelectionSlider(
            value=len(steps) - 1, options=steps, description="training", continuous_update=False, **wide
        ),
    )
