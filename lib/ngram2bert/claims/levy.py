"""Counting against predicting, and settings against both: Levy, Goldberg & Dagan 2015 on the movie reviews.

record = committed()          # 0.5, 1.5 and 5.8 million words, three seeds each, from `ngram2bert claims 04`
print(record.table())
record.plot()
run(words=500_000)            # here and now, two methods, about 10 s of CPU time
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import plots
from .levy_rows import Cell, cell, cell_of, interval
from .record import committed as _committed
from .spread import mean_and_sd, plus_minus
from .vector_runs import HABITS, SETS
from .vector_runs import run as run_one

NAMES = {"ppmi-svd": "PPMI-SVD", "skipgram": "skip-gram", "cbow": "CBOW", "glove": "GloVe"}
METHODS = tuple(NAMES)
WORDSIM, SIMLEX = SETS


@dataclass(frozen=True)
class Levy:
    """curve: a cell a method and size; settings: cells with a setting changed, on the middle size or the whole text.

    gaps: PPMI-SVD less skip-gram by set and size, with an interval over the pairs; sizes: by the size asked for (0:
    all), the words that are left when rare ones are dropped; agreement, probes: see `gensim_agreement` and
    `vector_probes`.
    """

    curve: list[Cell]
    settings: list[Cell]
    gaps: list[dict[str, Any]]
    sizes: dict[int, int]
    agreement: dict[str, Any]
    probes: dict[str, Any]

    def at(self, method: str, size: int) -> Cell:
        """The method with its habits. Raises KeyError with what there is."""
        for one in self.curve:
            if (one.method, one.size) == (method, size):
                return one
        raise KeyError(f"no {method} on {size} words: there are {[(c.method, c.size) for c in self.curve]}")

    def best(self, method: str, size: int, name: str) -> Cell:
        """Of all settings tried on this text, those with the highest mean; chosen on the pairs that judge them."""
        cells = [c for c in (*self.curve, *self.settings) if (c.method, c.size) == (method, size)]
        return max(cells, key=lambda c: c.mean(name)[0])

    def table(self) -> str:
        """The curve as text."""
        lines = [
            "words       method       CPU s      WordSim-353        95% of pairs    SimLex-999        95% of pairs"
        ]
        for one in self.curve:
            figures = ""
            for name in SETS:
                low, high = one.interval[name]
                figures += f"{plus_minus(*one.mean(name), digits=3):>17}{f'{low:.2f} to {high:.2f}':>18}"
            lines.append(
                f"{self.sizes[one.size]:<12,}{NAMES[one.method]:11}{mean_and_sd(one.seconds)[0]:7.1f}{figures}"
            )
        covered = "; ".join(
            f"{tokens:,} words: {first.pairs[WORDSIM]} and {first.pairs[SIMLEX]} pairs"
            for size, tokens in self.sizes.items()
            for first in [next(c for c in self.curve if c.size == size)]
        )
        seeds = len(self.curve[0].seeds)
        return "\n".join([*lines, f"Spearman, {seeds} seeds, ±: standard deviation over them. Covered: {covered}."])

    def settings_table(self, name: str = WORDSIM) -> str:
        """What a changed setting does, as text: the mean, and the difference to the method's habit on the same text."""
        lines = [f"{name:13}words       setting                             rho          change     with C + O"]
        for one in self.settings:
            usual = self.at(one.method, one.size).mean(name)[0]
            both = f"{mean_and_sd(one.added[name])[0]:14.3f}" if one.added else ""
            mean = plus_minus(*one.mean(name), digits=3)
            head = f"{NAMES[one.method]:13}{self.sizes[one.size]:<12,}{one.told:30}{mean:>17}"
            lines.append(f"{head}{one.mean(name)[0] - usual:+11.3f}{both}")
        return "\n".join(lines)

    def spans(self, name: str, size: int, methods: Sequence[str] = METHODS) -> dict[str, float]:
        """algorithm: between the best and the worst method with their habits; settings: between the best and the worst
        settings tried, the widest of any method; tuned: between the methods' best."""
        usual = [self.at(method, size).mean(name)[0] for method in methods]
        tried = {
            method: [c.mean(name)[0] for c in (*self.curve, *self.settings) if (c.method, c.size) == (method, size)]
            for method in methods
        }
        best = [max(values) for values in tried.values() if values]
        return {
            "algorithm": max(usual) - min(usual),
            "settings": max(max(values) - min(values) for values in tried.values() if values),
            "tuned": max(best) - min(best),
        }

    def sentence(self) -> str:
        """Counting against predicting, and settings against the algorithm, in words."""
        said = []
        for name in SETS:
            told = []
            for gap in (gap for gap in self.gaps if gap["set"] == name):
                low, high = gap["interval"]
                lead = "PPMI-SVD" if low > 0 else "skip-gram" if high < 0 else "neither"
                told.append(f"{self.sizes[gap['size']]:,} words {gap['gap']:+.2f} ({low:+.2f} to {high:+.2f}): {lead}")
            said.append(f"{name}, PPMI-SVD less skip-gram, 95% over the pairs: {'; '.join(told)}.")
        middle = sorted(self.sizes, key=self.sizes.__getitem__)[len(self.sizes) // 2]
        spans = self.spans(WORDSIM, middle)
        wider = "settings" if spans["settings"] > spans["algorithm"] else "the algorithm"
        said.append(
            f"WordSim-353 at {self.sizes[middle]:,} words: between methods with their usual settings "
            f"{spans['algorithm']:.2f}, between settings of one method at most {spans['settings']:.2f}, between the "
            f"methods' best {spans['tuned']:.2f}: {wider} matters more."
        )
        return " ".join(said)

    def plot(self) -> plots.Picture:
        """Spearman against the size of the text, a panel a set of pairs."""
        figure, panels = plots.figure(columns=2, width=8.4, height=3.4)
        for axes, name in zip(panels, SETS, strict=True):
            for number, method in enumerate(NAMES):
                cells = sorted((c for c in self.curve if c.method == method), key=lambda c: self.sizes[c.size])
                xs = [self.sizes[c.size] / 1e6 for c in cells]
                means = [c.mean(name) for c in cells]
                axes.errorbar(
                    xs, [m for m, _ in means], [sd for _, sd in means], label=NAMES[method], **plots.line(number)
                )
            axes.axhline(0, color=plots.FAINT, linewidth=1)
            axes.set_xscale("log")
            ticks = sorted({round(size / 1e6, 1) for size in self.sizes.values()})
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
            plots.label(axes, "million words of text", "Spearman with people", name)
        panels[1].legend()
        return plots.picture(
            figure, f"Agreement with people against the size of the text, four methods. {self.sentence()}"
        )

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return {
            "curve": [asdict(one) for one in self.curve],
            "settings": [asdict(one) for one in self.settings],
            "gaps": self.gaps,
            "sizes": {str(size): tokens for size, tokens in self.sizes.items()},
            "agreement": self.agreement,
            "probes": self.probes,
            "seeds": list(self.curve[0].seeds),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Levy:
        """What `data` returned."""
        curve, settings = ([cell_of(one) for one in data[kind]] for kind in ("curve", "settings"))
        sizes = {int(size): tokens for size, tokens in data["sizes"].items()}
        return cls(curve, settings, data["gaps"], sizes, data["agreement"], data["probes"])


def run(
    words: int = 500_000,
    methods: Sequence[str] = ("ppmi-svd", "skipgram"),
    seeds: Sequence[int] = (1,),
    keep: bool = False,
) -> list[Cell]:
    """The short form: trains here and now, each method with its habits. Half a million words take PPMI-SVD 1 s of CPU
    time, skip-gram and CBOW 6 s, GloVe 9 s. keep: in the cache, where the long form would find it."""
    return [cell(m, words, {}, {seed: run_one(m, words, HABITS[m], seed, keep) for seed in seeds}) for m in methods]


def gap(size: int, name: str, seeds: Sequence[int]) -> dict[str, Any]:
    """PPMI-SVD less skip-gram on the same pairs."""
    groups = [[run_one(m, size, HABITS[m], seed).scored[name] for seed in seeds] for m in ("ppmi-svd", "skipgram")]
    means = [mean_and_sd([one.rho for one in group])[0] for group in groups]
    return {"size": size, "set": name, "gap": round(means[0] - means[1], 4), "interval": list(interval(groups))}


def committed() -> Levy:
    """The record of `ngram2bert claims 04`. Raises FileNotFoundError where there is none."""
    return Levy.from_data(_committed("04-counting-and-predicting")["data"])
