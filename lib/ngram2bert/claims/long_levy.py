"""The long form of `levy`: three sizes of text, four methods, settings changed one at a time, gensim, and the probes.

Every training is kept in the cache, so that a run that was stopped goes on; half an hour of one core in all.
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
from .levy import NAMES, Levy, gap
from .levy_findings import findings
from .levy_page import curve_table, gensim_lines, probe_lines, reasons, settings_table
from .levy_rows import Cell, cell
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


RULE = (
    "Settings are compared seed by seed: *even* is a mean difference that is within two of its standard errors of 0. "
    "With three seeds that is a low bar, and the doubt about the pairs, which the next table gives, is not in it."
)


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdicts, the curve, the settings, gensim, PMI, what fails."""
    record = Levy.from_data(data)
    lines = [record.sentence(), "", "## What the paper says, and what came out", ""]
    for found in findings(record):
        lines.append(f"- **{found.verdict.upper()}**: {found.paper} {found.figures}")
    lines += ["", RULE, "", "## The curve", "", *curve_table(record), "", *reasons(record)]
    lines += ["", "## One setting at a time", "", *settings_table(record), "", *gensim_lines(record)]
    return "\n".join([*lines, *probe_lines(record)])
