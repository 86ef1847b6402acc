"""What Levy, Goldberg & Dagan found and advised, and what of it holds here: each is decided by the figures.

The paper's text is English Wikipedia, hundreds of times ours; its words are those of its abstract and of its section of
practical recommendations, in our words.
"""

from __future__ import annotations

import math

from .findings import Finding
from .levy import NAMES, SIMLEX, WORDSIM, Levy
from .levy_rows import Cell
from .spread import mean_and_sd, plus_minus

ADVICE: tuple[tuple[str, str, dict[str, float], dict[str, float]], ...] = (
    # what they say, the method, the advised settings, the others
    (
        "With SVD, take the square root of the singular values, not the values themselves.",
        "ppmi-svd",
        {},
        {"eigen": 1.0},
    ),
    ("Do not shift the PMI before SVD.", "ppmi-svd", {}, {"shift": 5.0}),
    ("Always smooth the contexts' distribution by the power 0.75.", "ppmi-svd", {}, {"smoothing": 1.0}),
    ("With SVD, take short windows of two words.", "ppmi-svd", {"window": 2}, {}),
    ("With skip-gram, take many noise words.", "skipgram", {"noise": 15}, {}),
)


def findings(record: Levy) -> list[Finding]:
    """All of them, in the order of the paper."""
    middle = middle_size(record)
    advised = [_advice(record, middle, *row) for row in ADVICE]
    return [no_winner(record), settings_matter(record), transfer(record), *advised, *both_tables(record, middle)]


def middle_size(record: Levy) -> int:
    """The text on which the settings were tried."""
    return sorted(record.sizes, key=record.sizes.__getitem__)[len(record.sizes) // 2]


def no_winner(record: Levy) -> Finding:
    """No method ahead everywhere?"""
    firsts = []
    for name in (WORDSIM, SIMLEX):
        for size, tokens in record.sizes.items():
            first = max((c for c in record.curve if c.size == size), key=lambda c: c.mean(name)[0])
            level = plus_minus(*first.mean(name), digits=3)
            firsts.append((first.method, f"{name}, {tokens:,} words: {NAMES[first.method]} {level}"))
    everywhere = len({method for method, _ in firsts}) == 1
    return Finding(
        "No method is ahead everywhere.",
        "does not hold" if everywhere else "holds",
        "; ".join(told for _, told in firsts) + ".",
    )


def settings_matter(record: Levy) -> Finding:
    """Is the spread between settings wider than that between algorithms?"""
    size = middle_size(record)
    told, held = [], 0
    for name in (WORDSIM, SIMLEX):
        spans = record.spans(name, size)
        held += spans["settings"] > spans["algorithm"]
        told.append(
            f"{name}: between methods {spans['algorithm']:.2f}, between settings of one method at most "
            f"{spans['settings']:.2f}, between the methods' best {spans['tuned']:.2f}"
        )
    verdict = ("does not hold", "holds on one of the two sets", "holds")[held]
    return Finding(
        "Settings matter more than the algorithm.", verdict, f"At {record.sizes[size]:,} words. {'; '.join(told)}."
    )


def transfer(record: Levy) -> Finding:
    """Do the settings that word2vec brought help counting as well?"""
    size = middle_size(record)
    cells = [c for c in record.settings if c.method == "ppmi-svd" and c.size == size]
    best = max(cells, key=lambda c: c.mean(WORDSIM)[0])
    usual = record.at("ppmi-svd", size)
    return Finding(
        "Settings chosen well lift counting too.",
        _verdict(_gain(best, usual, WORDSIM)),
        f"WordSim-353, best of {len(cells)} tried ({best.told}): {plus_minus(*best.mean(WORDSIM), digits=3)} against "
        f"{plus_minus(*usual.mean(WORDSIM), digits=3)} as usual. Chosen on the pairs that judge it: a little too high.",
    )


def both_tables(record: Levy, size: int) -> list[Finding]:
    """C + O against C."""
    made = []
    for method in ("skipgram", "cbow", "ppmi-svd"):
        one = record.at(method, size)
        told, gains = [], []
        for name in (WORDSIM, SIMLEX):
            gain = mean_and_sd([b - a for a, b in zip(one.rho[name], one.added[name], strict=True)])
            gains.append(gain)
            told.append(f"{name} {gain[0]:+.3f} ± {gain[1]:.3f}")
        made.append(Finding(f"Try C + O for vectors ({NAMES[method]}).", _verdict(*gains), "; ".join(told) + "."))
    return made


def _advice(
    record: Levy, size: int, paper: str, method: str, advised: dict[str, float], other: dict[str, float]
) -> Finding:
    one, rest = find(record, method, size, advised), find(record, method, size, other)
    told, gains = [], []
    for name in (WORDSIM, SIMLEX):
        gains.append(_gain(one, rest, name))
        levels = [plus_minus(*part.mean(name), digits=3) for part in (one, rest)]
        told.append(f"{name} {levels[0]} against {levels[1]}")
    return Finding(paper, _verdict(*gains), f"{'; '.join(told)} ({one.told} against {rest.told}).")


def find(record: Levy, method: str, size: int, changed: dict[str, float]) -> Cell:
    """The cell with exactly these settings changed. Raises KeyError where it was not run."""
    for one in (*record.curve, *record.settings):
        if (one.method, one.size, one.changed) == (method, size, changed):
            return one
    raise KeyError(f"no {method} with {changed} on {size} words in this record; `ngram2bert claims 04` makes it")


def _gain(one: Cell, other: Cell, name: str) -> tuple[float, float]:
    """Mean difference over the seeds, and its deviation."""
    return mean_and_sd([a - b for a, b in zip(one.rho[name], other.rho[name], strict=True)])


def _verdict(*gains: tuple[float, float]) -> str:
    """Differences, above zero where the paper is right; within two standard errors over the seeds they are even."""
    clear = [0 if abs(mean) <= 2 * sd / math.sqrt(3) else math.copysign(1, mean) for mean, sd in gains]
    if len(clear) == 1:
        return {1: "holds", 0: "too close to call", -1: "does not hold"}[int(clear[0])]
    if all(sign > 0 for sign in clear):
        return "holds"
    if all(sign < 0 for sign in clear):
        return "does not hold"
    words = {1: "holds", 0: "even", -1: "the other way round"}
    return f"{words[int(clear[0])]} on WordSim, {words[int(clear[1])]} on SimLex"
