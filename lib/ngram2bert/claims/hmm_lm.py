"""An HMM as a language model: learned from words alone, against the bigram that is only counted.

    race = run(train, validation, test, len(words))
    print(race.table())
    print(race.sentence())
    race.plot()

It remembers a state where the bigram remembers a word, and forgets nothing it was told in between: a state may carry
something over any distance. Texts are word numbers as `encode_splits` gives them; `</s>` is scored. `fitted` gives the
model itself, for tables of other chapters.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .. import plots
from ..hmm import HMM
from ..ngrams import estimate
from .record import committed as _committed
from .spread import mean_and_sd, plus_minus

Text = list[list[int]]
PSEUDO = 1.0  # words more in each state, in the shares of the text: no word is impossible anywhere
SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class Point:
    """After so many CPU seconds and steps of EM: bits a token on the validation and on the test text."""

    seconds: float
    steps: int
    validation: float
    test: float


@dataclass(frozen=True)
class Counted:
    """An n-gram model beside it: CPU seconds of counting, bits a token on the test text."""

    name: str
    seconds: float
    test: float


def fitted(
    train: Text,
    validation: Text,
    vocab_size: int,
    states: int = 100,
    steps: int = 40,
    seed: int = 1,
    test: Text | None = None,
    every: int = 5,
) -> tuple[HMM, list[Point]]:
    """The HMM of the step with the best validation text, and its curve.

    states: K; steps: of EM, at most; seed: of the random start; test: scored for the curve only (NaN without it);
    every: so many steps it is looked at. It stops after two looks in a row that are no better than the best. At the
    defaults a step takes 4 s of CPU time on Brown's 800,000 tokens.
    """
    model, seconds, curve = HMM.random(states, vocab_size, seed), 0.0, [Point(0.0, 0, math.inf, math.nan)]
    best = model
    for done in range(0, steps, every):
        began = time.process_time()
        model.fit(train, min(every, steps - done), pseudo=PSEUDO)
        seconds += time.process_time() - began
        tested = model.bits(test) if test is not None else math.nan
        point = Point(round(seconds, 2), min(done + every, steps), model.bits(validation), tested)
        if point.validation < min(earlier.validation for earlier in curve):
            best = HMM(*model.parameters)  # `fit` puts new tensors in place of the old ones
        curve.append(point)
        if len(curve) > 3 and min(p.validation for p in curve[-2:]) >= min(p.validation for p in curve[:-2]):
            break
    return best, curve[1:]


@dataclass(frozen=True)
class LmRace:
    """tokens: of the training text, `</s>` included; counted: n-gram models; trained: {states: {seed: curve}}."""

    tokens: int
    counted: list[Counted]
    trained: dict[int, dict[int, list[Point]]]

    def final(self, states: int) -> tuple[float, float]:
        """Test perplexity at the step with the best validation text: mean over the seeds and deviation."""
        ends = [min(curve, key=lambda p: p.validation) for curve in self.trained[states].values()]
        return mean_and_sd([2**point.test for point in ends])

    def seconds(self, states: int) -> float:
        """CPU seconds to that step, mean over the seeds."""
        ends = [min(curve, key=lambda p: p.validation) for curve in self.trained[states].values()]
        return sum(point.seconds for point in ends) / len(ends)

    def table(self) -> str:
        """Test perplexity and CPU seconds, a row a model."""
        rows = [f"{'model':34}{'test perplexity':>18}{'CPU s':>10}"]
        for model in self.counted:
            rows.append(f"{model.name:34}{2**model.test:18.1f}{model.seconds:10.1f}")
        for states in self.trained:
            rows.append(
                f"{f'HMM of {states} states':34}{plus_minus(*self.final(states)):>18}{self.seconds(states):10.1f}"
            )
        return "\n".join(rows)

    def sentence(self) -> str:
        """Who wins, and by how much."""
        best = min(self.trained, key=lambda states: self.final(states)[0])
        (mean, sd), bigram = self.final(best), next(m for m in self.counted if "bigram" in m.name)
        theirs = 2**bigram.test
        verb = "loses to" if mean > theirs else "beats"
        apart = abs(mean / theirs - 1) * 100
        return (
            f"The best HMM, {best} states, perplexity {plus_minus(mean, sd)} after {self.seconds(best):.0f} s of CPU "
            f"time, {verb} the {bigram.name}, {theirs:.1f} after {bigram.seconds:.1f} s, by {apart:.0f}%."
        )

    def plot(self) -> plots.Picture:
        """Test perplexity against CPU seconds."""
        figure, axes = plots.figure(width=6.8, height=3.4)
        for number, (states, curves) in enumerate(list(self.trained.items())[:4]):
            for first, curve in zip([True] + [False] * len(curves), curves.values(), strict=False):
                xs, ys = [p.seconds for p in curve], [2**p.test for p in curve]
                axes.plot(xs, ys, label=f"HMM, {states} states" if first else None, **plots.line(number))
        for model in self.counted:
            axes.axhline(2**model.test, color=plots.FAINT, linewidth=1)
            where: Any = dict(xy=(1, 2**model.test), xycoords=("axes fraction", "data"))
            axes.annotate(model.name, **where, ha="right", va="bottom", fontsize=8)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:.0f}")
        axes.yaxis.set_minor_formatter("{x:.0f}")
        axes.legend()
        plots.label(axes, "CPU seconds of EM", "test perplexity", "An HMM as a language model")
        ends = ", ".join(f"{states} states {self.final(states)[0]:.0f}" for states in self.trained)
        lines = ", ".join(f"{model.name} {2**model.test:.0f}" for model in self.counted)
        return plots.picture(figure, f"Test perplexity against CPU seconds; HMMs end at: {ends}. Counted: {lines}.")

    def data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        trained = {str(k): {str(s): [vars(p) for p in c] for s, c in runs.items()} for k, runs in self.trained.items()}
        return {"tokens": self.tokens, "counted": [vars(model) for model in self.counted], "trained": trained}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> LmRace:
        """What `data` wrote."""
        trained = {
            int(k): {int(s): [Point(**p) for p in c] for s, c in runs.items()} for k, runs in data["trained"].items()
        }
        return cls(data["tokens"], [Counted(**model) for model in data["counted"]], trained)


def run(
    train: Text,
    validation: Text,
    test: Text,
    vocab_size: int,
    states: Sequence[int] = (4, 16),
    steps: int = 10,
    seeds: Sequence[int] = SEEDS,
    every: int = 2,
) -> LmRace:
    """HMMs of several sizes beside the unigram and the bigram, one thread.

    train, validation, test: sentences of word numbers; vocab_size: len(words); states: how many hidden states each
    has; steps: of EM; seeds: of the random starts; every: so many steps the texts are scored.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        counted = []
        for name, order, method in COUNTED:
            began = time.process_time()
            model = estimate(train, order, vocab_size, method)
            counted.append(Counted(name, round(time.process_time() - began, 3), model.bits(test)))
        trained = {
            k: {s: fitted(train, validation, vocab_size, k, steps, s, test, every)[1] for s in seeds} for k in states
        }
    finally:
        torch.set_num_threads(threads)
    return LmRace(sum(map(len, train)) + len(train), counted, trained)


COUNTED = (("unigram", 1, "mle"), ("bigram, Kneser–Ney", 2, "modified_kneser_ney"))


def committed() -> LmRace:
    """The long run that `ngram2bert claims 02` made. Raises FileNotFoundError where there is none."""
    return LmRace.from_data(_committed("02-language-model")["data"]["race"])
