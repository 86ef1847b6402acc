"""Two states and nothing but letters: what does EM find? Cave & Neuwirth 1980 on Brown.

    found = run()
    print(found.table())
    print(found.sentence())
    found.plot()

Letters are a to z and the space; everything else in a sentence is a space, and a sentence is a sequence of its own.
Each restart begins at another random model. EM never makes the text less likely, and it stops where no small step
helps: that need not be the best model there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .. import plots
from ..corpora import brown
from ..hmm import HMM

LETTERS = " abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"
SAME = 0.002  # bits: restarts nearer than this to the best are said to have found it


def spelled(sentences: Sequence[Sequence[str]]) -> list[list[int]]:
    """Sentences of words as sequences of letter numbers, places in LETTERS; those without a letter are left out."""
    texts = (re.sub(r"[^a-z]+", " ", " ".join(sentence).lower()).strip() for sentence in sentences)
    return [[LETTERS.index(letter) for letter in text] for text in texts if text]


@dataclass(frozen=True)
class Restart:
    """seed: of the random start; bits: a letter, *before* each step; share: of each letter, state 0's part."""

    seed: int
    bits: list[float]
    share: list[float]

    @property
    def letters(self) -> tuple[str, str]:
        """The letters of the two states, that with *e* first; `_` is the space."""
        first = [(share >= 0.5) == (self.share[LETTERS.index("e")] >= 0.5) for share in self.share]
        named = ["_" if letter == " " else letter for letter in LETTERS]
        return (
            "".join(name for name, own in zip(named, first, strict=True) if own),
            "".join(name for name, own in zip(named, first, strict=True) if not own),
        )

    @property
    def vowels(self) -> bool:
        """Do the five vowels, and no other letter, share a state (with the space or without)?"""
        return any(set(group) - {"_"} == set(VOWELS) for group in self.letters)

    @property
    def worst_rise(self) -> float:
        """The largest rise of the bits from one step to the next: never above the rounding."""
        return max(after - before for before, after in zip(self.bits, self.bits[1:], strict=False))


@dataclass(frozen=True)
class Vowels:
    """What the restarts found, by seed."""

    letters: int
    restarts: list[Restart]

    @property
    def best(self) -> Restart:
        """The restart with the fewest bits."""
        return min(self.restarts, key=lambda restart: restart.bits[-1])

    @property
    def at_best(self) -> list[Restart]:
        """Those that came to the best optimum."""
        return [r for r in self.restarts if r.bits[-1] < self.best.bits[-1] + SAME]

    def table(self) -> str:
        """A row a restart, the best first."""
        rows = ["seed   bits a letter   one state                  the other"]
        for restart in sorted(self.restarts, key=lambda r: r.bits[-1]):
            one, other = restart.letters
            rows.append(f"{restart.seed:4}{restart.bits[-1]:16.4f}   {one:27}{other}")
        return "\n".join(rows)

    def sentence(self) -> str:
        """What came out, in a sentence or two."""
        whole, best = len(self.restarts), self.best
        found = f"The best of {whole} restarts ({best.bits[-1]:.4f} bits a letter) has {best.letters[0]} in one state"
        verdict = "the five vowels and the space" if best.vowels and "_" in best.letters[0] else "no clean split"
        verdict = "the five vowels" if best.vowels and "_" not in best.letters[0] else verdict
        rest = whole - len(self.at_best)
        stuck = f"{rest} of {whole} restarts stopped at a worse optimum" if rest else "all restarts came to it"
        rise = max(restart.worst_rise for restart in self.restarts)
        never = "the likelihood never fell" if rise < 1e-9 else f"the bits rose by up to {rise:.1e}"
        return f"{found}: {verdict}. {stuck.capitalize()}; {never}."

    def plot(self) -> plots.Picture:
        """The bits over the steps, all restarts; and the letters of the best one."""
        figure, (curve, bars) = plots.figure(columns=2, width=9.2, height=3.1)
        for restart in self.restarts:
            good = restart in self.at_best
            style: dict[str, Any] = {"color": plots.COLOURS[1 if good else 2], "linestyle": "-" if good else "--"}
            curve.plot(range(1, len(restart.bits)), restart.bits[1:], linewidth=1.2, **style)
        curve.plot([], [], color=plots.COLOURS[1], label="reach the best optimum")
        curve.plot([], [], color=plots.COLOURS[2], linestyle="--", label="stop at another")
        curve.legend()
        plots.label(curve, "step of EM", "bits a letter", f"{len(self.restarts)} random starts")
        share = torch.tensor(self.best.share)
        share = share if share[LETTERS.index("e")] >= 0.5 else 1 - share
        shown = ["␣" if letter == " " else letter for letter in LETTERS]
        bars.bar(shown, share.tolist(), color=[plots.COLOURS[2 if x in VOWELS else 1] for x in LETTERS])
        bars.grid(visible=False, axis="x")
        bars.set_axisbelow(True)
        plots.label(bars, "letter (␣: the space)", "p(first state | letter)", "The best start")
        one, other = self.best.letters
        alt = (
            f"Left: bits a letter fall over the steps of EM from {len(self.restarts)} random starts; "
            f"{len(self.at_best)} reach {self.best.bits[-1]:.3f}, the others stop higher. Right: in the best one, "
            f"the letters {one} belong to one state and {other} to the other."
        )
        return plots.picture(figure, alt)

    def data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        rows = [{"seed": r.seed, "bits": [round(b, 6) for b in r.bits], "share": r.share} for r in self.restarts]
        return {"letters": self.letters, "restarts": rows}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Vowels:
        """What `data` wrote."""
        return cls(data["letters"], [Restart(**row) for row in data["restarts"]])


def run(sentences: int = 400, restarts: int = 10, steps: int = 100, seed: int = 1) -> Vowels:
    """Baum-Welch on the first sentences of Brown, all restarts side by side.

    sentences: how many; restarts: seeds seed, seed + 1, ...; steps: of EM. About 7 s at the defaults, one thread.
    """
    text = spelled(brown().split().train.sentences[:sentences])
    models = HMM.random(2, len(LETTERS), seed, restarts)
    history = models.fit(text, steps)  # (steps, R)
    said = torch.bincount(torch.tensor([letter for line in text for letter in line]), minlength=len(LETTERS))
    found = []
    for r in range(restarts):
        found.append(Restart(seed + r, history[:, r].tolist(), _share(models.pick(r), text, said)))
    return Vowels(int(said.sum()), found)


def _share(model: HMM, text: Sequence[Sequence[int]], said: Tensor) -> list[float]:
    """p(state 0 | letter), over the whole text."""
    expected = model.expected_emissions(text)  # (K, V)
    return [round(float(x), 4) for x in expected[0] / said.clamp(min=1)]
