"""The long form of `levy`: three sizes of text, four methods, settings changed one at a time, gensim, and the probes.

Every training is kept in the cache, so that a run that was stopped goes on: 48 minutes of one core in all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from ..corpora.cache import cache_folder
from ..vectors import Settings, train_vectors
from .gensim_agreement import agreement
from .levy import NAMES, SIMLEX, WORDSIM, Levy, gap
from .levy_findings import findings
from .levy_rows import Cell, cell
from .spread import mean_and_sd, plus_minus
from .vector_probes import all_probes, as_pmi
from .vector_runs import HABITS, SETS, run, text

NAME = "04-counting-and-predicting"
TITLE = "Levy, Goldberg & Dagan 2015: counting against predicting, and settings against both, on movie reviews"
SEEDS = (1, 2, 3)
SIZES = (500_000, 1_500_000, 0)
MIDDLE = SIZES[1]
BEST: dict[str, Any] = {"window": 10, "sample": 1e-4, "eigen": 0.0}
CHANGES: tuple[tuple[str, int, dict[str, Any]], ...] = (
    *(("ppmi-svd", MIDDLE, change) for change in (
        {"window": 2}, {"window": 10}, {"sample": 0.0}, {"sample": 1e-4}, {"shift": 5.0}, {"smoothing": 1.0},
        {"eigen": 0.0}, {"eigen": 1.0}, BEST,
    )),
    *(("skipgram", MIDDLE, change) for change in (
        {"window": 2}, {"sample": 1e-4}, {"window": 10, "sample": 1e-4}, {"noise": 15}, {"epochs": 20},
    )),
    *(("cbow", MIDDLE, change) for change in ({"sample": 1e-4}, {"spread": False}, {"epochs": 20})),
    *(("glove", MIDDLE, change) for change in ({"x_max": 10.0}, {"x_max": 10.0, "sample": 1e-4})),
    ("ppmi-svd", 0, BEST),
)  # fmt: skip


def measure() -> dict[str, Any]:
    """Everything, from the cache where it is there."""
    curve = [cells(method, size, {}) for size in SIZES for method in NAMES]
    settings = [cells(*change) for change in CHANGES]
    gaps = [gap(size, name, SEEDS) for name in SETS for size in SIZES]
    sizes = {size: text(size).tokens for size in SIZES}
    agreed = kept("agreement", lambda: agreement(text(MIDDLE), "skipgram", Settings()))
    probes = kept("probes", probe)
    return Levy(curve, settings, gaps, sizes, agreed, probes).data()


def cells(method: str, size: int, changed: dict[str, Any]) -> Cell:
    """The seeds of one choice of settings."""
    chosen = replace(HABITS[method], **changed)
    return cell(method, size, changed, {seed: run(method, size, chosen, seed) for seed in SEEDS})


def kept(name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Plain data that takes minutes to make: from the cache, or made and put there."""
    path = cache_folder().parent / "runs" / f"{NAME}-{name}.json"
    if not path.exists():
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(made), encoding="utf-8")
        os.replace(partial, path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def probe() -> dict[str, Any]:
    """Skip-gram and PPMI-SVD on the whole text, seed 1; PMI also on skip-gram with more numbers a vector."""
    source, found = text(0), {}
    for method in ("skipgram", "ppmi-svd"):
        vectors = train_vectors(source.sentences, source.counts, method, HABITS[method], 1, source.words)
        found[method] = all_probes(vectors)
        if method == "skipgram":
            found["pmi"] = {"100 numbers, 5 readings": asdict(as_pmi(vectors, source, HABITS[method]))}
    return found


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdicts, the curve, the settings, gensim, PMI, what fails."""
    record = Levy.from_data(data)
    lines = [record.sentence(), "", "## What the paper says, and what came out", ""]
    for found in findings(record):
        lines.append(f"- **{found.verdict.upper()}**: {found.paper} {found.figures}")
    lines += ["", "## The curve", "", *curve_table(record), "", *reasons(record)]
    lines += ["", "## One setting at a time", "", *settings_table(record), "", *gensim_lines(record)]
    return "\n".join([*lines, *probe_lines(record)])


def curve_table(record: Levy) -> list[str]:
    """Markdown rows."""
    lines = ["| words | method | CPU s | WordSim-353 | 95% | SimLex-999 | 95% |", "|---|---|---|---|---|---|---|"]
    for one in record.curve:
        figures = " | ".join(
            f"{plus_minus(*one.mean(name), digits=3)} | {one.interval[name][0]:.2f} to {one.interval[name][1]:.2f}"
            for name in SETS
        )
        seconds = mean_and_sd(one.seconds)[0]
        lines.append(f"| {record.sizes[one.size]:,} | {NAMES[one.method]} | {seconds:.1f} | {figures} |")
    covered = ", ".join(
        f"{record.at('skipgram', size).pairs[WORDSIM]} and {record.at('skipgram', size).pairs[SIMLEX]}" for size in SIZES
    )
    return [
        *lines,
        "",
        f"Spearman's correlation with people. ±: standard deviation over seeds {', '.join(map(str, SEEDS))}; 95%: "
        "the seeds' mean on pairs drawn with replacement, which is the larger doubt. Words are counted after those that "
        f"occur fewer than 5 times are dropped. Covered of 353 and 999 pairs: {covered}; the others are left out. "
        "100 numbers a vector; skip-gram and CBOW read the text 5 times, GloVe its counts 10 times; windows of 5 as "
        "word2vec draws them (GloVe: weight 1/d, no subsampling), t = 0.001, 5 noise words, smoothing 0.75, no shift, "
        "square root of the singular values. CPU time of one thread, counting included.",
    ]


def reasons(record: Levy) -> list[str]:
    """Why counting is ahead on little text, as far as the figures say."""
    more = {m: next(c for c in record.settings if c.method == m and c.changed == {"epochs": 20}) for m in ("skipgram", "cbow")}
    said = "; ".join(
        f"{NAMES[m]} {record.at(m, MIDDLE).mean()[0]:.3f} to {plus_minus(*one.mean(), digits=3)} "
        f"({mean_and_sd(one.seconds)[0]:.0f} s)"
        for m, one in more.items()
    )
    counted = record.at("ppmi-svd", MIDDLE)
    return [
        "Is it that the predicting methods have read too little? Twenty readings of the middle text in place of five, "
        f"WordSim-353: {said}; PPMI-SVD {counted.mean()[0]:.3f} in {mean_and_sd(counted.seconds)[0]:.1f} s. SVD finds "
        "the best table of its rank at once; gradient descent is on its way.",
    ]


def settings_table(record: Levy) -> list[str]:
    """Markdown rows."""
    lines = [
        "| method | words | setting | WordSim-353 | change | with C + O | SimLex-999 | change | with C + O | CPU s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in (*(c for c in record.curve if c.size == MIDDLE), *record.settings):
        told = []
        for name in SETS:
            change = one.mean(name)[0] - record.at(one.method, one.size).mean(name)[0]
            both = f"{mean_and_sd(one.added[name])[0]:.3f}" if one.added else ""
            told.append(f"{plus_minus(*one.mean(name), digits=3)} | {f'{change:+.3f}' if one.changed else ''} | {both}")
        lines.append(
            f"| {NAMES[one.method]} | {record.sizes[one.size]:,} | {one.told} | {' | '.join(told)} | "
            f"{mean_and_sd(one.seconds)[0]:.1f} |"
        )
    return lines


def gensim_lines(record: Levy) -> list[str]:
    """Is it the same algorithm?"""
    found = record.agreement
    ours, theirs = mean_and_sd(found["ours"]), mean_and_sd(found["gensim"])
    cpu = [mean_and_sd(side)[0] for side in found["seconds"]]
    return [
        "## Beside gensim",
        "",
        f"Skip-gram, {found['tokens']:,} words, {len(found['seeds'])} seeds each, the same settings. WordSim-353: ours "
        f"{plus_minus(*ours, digits=3)}, gensim {plus_minus(*theirs, digits=3)}. Spearman between the mean similarities "
        f"of the {found['pairs']} covered pairs, ours and gensim's: **{found['between']:.3f}**; between one seed of ours "
        f"and one of theirs {found['each']:.3f}, between two of gensim's {found['own']:.3f}. CPU time a training: ours "
        f"{cpu[0]:.1f} s, gensim {cpu[1]:.1f} s.",
        "",
    ]


def probe_lines(record: Levy) -> list[str]:
    """PMI, analogies, senses, opposites, association."""
    probes = record.probes
    lines = ["## Negative sampling as PMI", ""]
    for told, found in probes["pmi"].items():
        lines.append(
            f"Levy & Goldberg 2014: at its optimum C·O is PMI - log k. Skip-gram on the whole text, {told}, "
            f"{found['pairs']:,} pairs that co-occur 10 times or more: Pearson {found['pearson']:.3f}, Spearman "
            f"{found['spearman']:.3f}, slope {found['slope']:.2f}. At the optimum all three would be 1; 100 numbers a "
            "vector cannot hold every PMI, and five readings do not arrive."
        )
    lines += ["", "## What one vector a word cannot do", ""]
    for method in ("skipgram", "ppmi-svd"):
        found = probes[method]
        rows = found["opposites"]
        nearer = sum(row[2] > row[4] for row in rows)
        family = found["analogies"].get("family", [0, 0])
        right, asked = (sum(score[i] for score in found["analogies"].values()) for i in range(2))
        bias = found["association"]
        lines += [
            f"**{NAMES[method]}**, the whole text, one seed. *Opposites*: in {nearer} of {len(rows)} triples the "
            f"opposite is nearer than the word of nearly the same meaning ({_triples(rows)}). *Analogies*: {right:,} of "
            f"{asked:,} right, family {family[0]} of {family[1]}. *Association* (Caliskan et al. 2017, men and women, "
            f"career and family): effect {bias['effect']:.2f}, p = {bias['p']:.3f}, {bias['words']} words: "
            f"{'an association as theirs' if bias['p'] < 0.05 else 'not told apart from chance'}. It describes this "
            "text's words, not people. *Senses*, the nearest words:",
            "",
            *(f"- {word}: {', '.join(near)}" for word, near in found["senses"].items()),
            "",
        ]
    return lines


def _triples(rows: list[list[Any]]) -> str:
    return "; ".join(f"{a}: {b} {x:.2f}, {c} {y:.2f}" for a, b, x, c, y in rows)
