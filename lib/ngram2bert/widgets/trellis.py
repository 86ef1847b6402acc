"""Chapter 02: the trellis of a hidden Markov model, filled in cell by cell, by sums or by maxima.

Every number is the learner's: the sums are `forward` of the words so far, the maxima `viterbi` of the words so far with
one state allowed at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import ipywidgets
import torch
from matplotlib.axes import Axes
from torch import Tensor

from .. import plots
from .frame import Sliding, slide_or_still

Forward = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
Viterbi = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
SUM, MAX = "sum: forward", "maximum: Viterbi"
LEAST, MOST = 0.6, 4.2  # widths of arrows, in points


@dataclass
class Trellis:
    """A model (log_start (K,), log_trans (K, K), log_stop (K,)) and a sentence (log_obs (T, K)), with names to show."""

    words: Sequence[str]
    states: Sequence[str]
    log_start: Tensor
    log_trans: Tensor
    log_stop: Tensor
    log_obs: Tensor
    forward: Forward
    viterbi: Viterbi

    def __post_init__(self) -> None:
        self.cells, self.end = cache(self._cells), cache(self._end)

    def _cells(self, rule: str) -> Tensor:
        """(T, K): log alpha, or the log probability of the best path to each cell."""
        if rule == SUM:
            return self.forward(self.log_start, self.log_trans, self.log_stop, self.log_obs)[0].detach().double()
        rows = []
        for t in range(1, len(self.words) + 1):
            rows.append([float(self.best(t, state)[1]) for state in range(len(self.states))])
        return torch.tensor(rows, dtype=torch.float64)

    def best(self, t: int, state: int) -> tuple[Tensor, Tensor]:
        """The best path to a state at the word t (from 1), and its log probability."""
        here = torch.full_like(self.log_stop, -math.inf)
        here[state] = 0.0
        return self.viterbi(self.log_start, self.log_trans, here, self.log_obs[:t])

    def _end(self, rule: str) -> tuple[float, list[int]]:
        """The log probability at the end; and the best path, none for sums."""
        model = self.log_start, self.log_trans, self.log_stop, self.log_obs
        if rule == SUM:
            return float(self.forward(*model)[1]), []
        path, log_prob = self.viterbi(*model)
        return float(log_prob), path.tolist()

    def into(self, rule: str, t: int, state: int) -> Tensor:
        """(K,) probability that each state before brings to this cell, the word itself left out; t from 1."""
        return (self.cells(rule)[t - 1] + self.log_trans[:, state]).exp()


def number(p: float) -> str:
    """A probability in a width that fits its cell."""
    if p == 0:
        return "0"
    return f"{p:.4f}" if p >= 0.0005 else f"{p:.1e}".replace("e-0", "e-")


def draw(trellis: Trellis, step: int, rule: str) -> plots.Picture:
    """The first `step` cells, column by column; one step more than there are cells shows the end."""
    T, K = trellis.log_obs.shape
    figure, axes = plots.figure(width=1.25 * T + 1.2, height=0.9 * K + 0.9)
    axes.set(xlim=(-0.95, T - 0.55), ylim=(K - 0.6, -0.8))
    axes.axis("off")
    for t, word in enumerate(trellis.words):
        axes.text(t, -0.55, word, ha="center", fontweight="bold")
    for k, state in enumerate(trellis.states):
        axes.text(-0.35, k, state, ha="right", va="center")
    for cell in range(T * K):
        t, k = divmod(cell, K)
        now = cell == step - 1
        text = number(float(trellis.cells(rule)[t, k].exp())) if cell < step else ""
        axes.text(
            t,
            k,
            text,
            ha="center",
            va="center",
            fontsize=8.5,
            zorder=4,
            bbox={
                "boxstyle": "circle,pad=0.25" if not text else "round,pad=0.3",
                "facecolor": "#f6e3d7" if now else "white",
                "edgecolor": plots.INK if cell < step else plots.FAINT,
                "linewidth": 2.0 if now else 0.9,
            },
        )
    says = _last(trellis, axes, rule) if step > T * K else _cell(trellis, axes, rule, *divmod(step - 1, K))
    return plots.picture(figure, says)


def _cell(trellis: Trellis, axes: Axes, rule: str, t: int, k: int) -> str:
    """Arrows into the cell that was filled last, and the arithmetic in words."""
    value, says = float(trellis.cells(rule)[t, k].exp()), float(trellis.log_obs[t, k].exp())
    here = f"{trellis.states[k]} at word {t + 1}, {trellis.words[t]!r}"
    if t == 0:
        start = float(trellis.log_start[k].exp())
        return f"{here}: it starts there with {start:.3f}, says the word with {says:.3f}: together {number(value)}."
    brought = trellis.into(rule, t, k)
    best = int(brought.argmax())
    for j, share in enumerate((brought / brought.sum().clamp(min=1e-300)).tolist()):
        kept = rule == SUM or j == best
        _arrow(axes, (t - 1, j), (t, k), share, kept)
    terms = ", ".join(f"{number(float(p))} from {s}" for s, p in zip(trellis.states, brought, strict=True))
    if rule == SUM:
        how = f"{terms}: the sum {number(float(brought.sum()))}"
    else:
        how = f"{terms}: the largest comes from {trellis.states[best]}, and only that way is remembered"
    return f"{here}: {how}. Times {says:.3f} for the word: {number(value)}."


def _last(trellis: Trellis, axes: Axes, rule: str) -> str:
    """The end: the sum over the last column, or the way back."""
    log_prob, path = trellis.end(rule)
    if rule == SUM:
        whole = number(math.exp(log_prob))
        return f"All cells are filled. The last column, times the chance to stop, adds up to p(words) = {whole}."
    for t in range(1, len(path)):
        _arrow(axes, (t - 1, path[t - 1]), (t, path[t]), 1.0, True)
    names = " ".join(trellis.states[k] for k in path)
    return f"Back along the ways remembered, from the best end: {names}, with probability {number(math.exp(log_prob))}."


def _arrow(axes: Axes, start: tuple[int, int], end: tuple[int, int], share: float, kept: bool) -> None:
    axes.annotate(
        "",
        (end[0] - 0.28, end[1]),
        (start[0] + 0.28, start[1]),
        arrowprops={
            "arrowstyle": "-|>",
            "linewidth": LEAST + (MOST - LEAST) * share,
            "color": plots.INK if kept else plots.FAINT,
            "linestyle": "-" if kept else "--",
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )


def trellis_explorer(
    words: Sequence[str],
    states: Sequence[str],
    log_start: Tensor,
    log_trans: Tensor,
    log_stop: Tensor,
    log_obs: Tensor,
    forward: Forward,
    viterbi: Viterbi,
) -> Sliding | plots.Picture:
    """A slider that fills in the trellis cell by cell, and a choice between sum and maximum.

    words: T of them; states: K names; log_start, log_stop: (K,); log_trans: (K, K) from row to column; log_obs: (T, K).
    forward, viterbi: the learner's own (see ngram2bert.hmm). Without a live kernel a still picture of the whole.
    Raises ValueError where the names do not fit `log_obs`. Source: Rabiner 1989, figure 4.
    """
    if log_obs.shape != (len(words), len(states)):
        wanted = (len(words), len(states))
        raise ValueError(f"log_obs has shape {tuple(log_obs.shape)}, but {wanted} is wanted: words by states")
    made = Trellis(words, states, log_start, log_trans, log_stop, log_obs, forward, viterbi)
    last = log_obs.numel() + 1
    wide = {"style": {"description_width": "9em"}, "layout": {"width": "34em"}, "continuous_update": False}
    return slide_or_still(
        lambda step, rule: draw(made, step, rule),
        step=ipywidgets.IntSlider(value=last, min=1, max=last, description="cells filled", **wide),
        rule=ipywidgets.ToggleButtons(value=MAX, options=[SUM, MAX], description="each cell is a"),
    )
