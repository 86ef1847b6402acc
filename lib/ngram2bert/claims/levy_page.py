"""The tables and the prose of the page on counting and predicting."""

from __future__ import annotations

from typing import Any

from .levy import NAMES, SIMLEX, WORDSIM, Levy
from .levy_findings import middle_size
from .spread import mean_and_sd, plus_minus
from .vector_runs import SETS


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
        f"{record.at('skipgram', size).pairs[WORDSIM]} and {record.at('skipgram', size).pairs[SIMLEX]}"
        for size in record.sizes
    )
    seeds = ", ".join(map(str, record.curve[0].seeds))
    return [
        *lines,
        "",
        f"Spearman's correlation with people. ±: standard deviation over seeds {seeds}; 95%: "
        "the seeds' mean on pairs drawn with replacement, which is the larger doubt. Words are counted after those "
        f"that occur fewer than 5 times are dropped. Covered of 353 and 999 pairs: {covered}; the others are left out. "
        "100 numbers a vector; skip-gram and CBOW read the text 5 times, GloVe its counts 10 times; windows of 5 as "
        "word2vec draws them (GloVe: weight 1/d, no subsampling), t = 0.001, 5 noise words, smoothing 0.75, no shift, "
        "square root of the singular values. CPU time of one thread, counting included.",
    ]


def reasons(record: Levy) -> list[str]:
    """Why counting is ahead on little text, as far as the figures say."""
    more = {
        m: next(c for c in record.settings if c.method == m and c.changed == {"epochs": 20})
        for m in ("skipgram", "cbow")
    }
    said = "; ".join(
        f"{NAMES[m]} {record.at(m, middle_size(record)).mean()[0]:.3f} to {plus_minus(*one.mean(), digits=3)} "
        f"({mean_and_sd(one.seconds)[0]:.0f} s)"
        for m, one in more.items()
    )
    counted = record.at("ppmi-svd", middle_size(record))
    three = record.spans(WORDSIM, middle_size(record), ("ppmi-svd", "skipgram", "cbow"))
    total = sum(sum(one.seconds) for one in (*record.curve, *record.settings))
    total += sum(sum(side) for side in record.agreement["seconds"])
    return [
        "Is it that the predicting methods have read too little? Twenty readings of the middle text in place of five, "
        f"WordSim-353: {said}; PPMI-SVD {counted.mean()[0]:.3f} in {mean_and_sd(counted.seconds)[0]:.1f} s. SVD finds "
        "the best table of its rank at once; gradient descent is on its way. The same on the whole text, "
        "and more readings for GloVe, were not run.",
        "",
        f"Without GloVe, the middle text, WordSim-353: between methods {three['algorithm']:.2f}, between settings of "
        f"one method at most {three['settings']:.2f}, between the methods' best {three['tuned']:.2f}; the widest span "
        "of settings is the number of readings, which is no setting of counting.",
        "",
        f"All trainings on this page together: {total / 60:.0f} minutes of CPU time; the foot tells only of those that "
        "were not in the cache.",
    ]


def settings_table(record: Levy) -> list[str]:
    """Markdown rows."""
    lines = [
        "| method | words | setting | WordSim-353 | change | with C + O | SimLex-999 | change | with C + O | CPU s |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in (*(c for c in record.curve if c.size == middle_size(record)), *record.settings):
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
        f"{plus_minus(*ours, digits=3)}, gensim {plus_minus(*theirs, digits=3)}. Spearman between the mean "
        f"similarities of the {found['pairs']} covered pairs, ours and gensim's: **{found['between']:.3f}**; between "
        f"one seed of ours and one of theirs {found['each']:.3f}, between two of gensim's {found['own']:.3f}. CPU time "
        f"a training: ours {cpu[0]:.1f} s, gensim {cpu[1]:.1f} s.",
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
            f"opposite is nearer than the word of nearly the same meaning ({_triples(rows)}). *Analogies*: {right:,} "
            f"of {asked:,} right, family {family[0]} of {family[1]}. *Association* (Caliskan et al. 2017, men and "
            f"women, career and family): effect {bias['effect']:.2f}, p = {bias['p']:.3f}, {bias['words']} words: "
            f"{'an association as theirs' if bias['p'] < 0.05 else 'not told apart from chance'}. It describes this "
            "text's words, not people. *Senses*, the nearest words:",
            "",
            *(f"- {word}: {', '.join(near)}" for word, near in found["senses"].items()),
            "",
        ]
    return lines


def _triples(rows: list[list[Any]]) -> str:
    return "; ".join(f"{a}: {b} {x:.2f}, {c} {y:.2f}" for a, b, x, c, y in rows)
