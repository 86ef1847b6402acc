"""The long form of `window_tagger`: three seeds, with and without spelling."""

from __future__ import annotations

from typing import Any

from ..corpora import brown
from .spread import mean_and_sd, plus_minus
from .tagger_table import TaggerTable, interval
from .window_tagger import EPOCHS, FULL, HMM, PLAIN, SEEDS, named, run

NAME = "03-window-tagger"
TITLE = "A network over a window of words against the HMM tagger"


def measure() -> dict[str, Any]:
    """Split by document, the whole test text."""
    train, _, test = brown().split_documents()
    table = run(train, test)
    return {"table": table.data(), "seeds": list(SEEDS), "epochs": EPOCHS, "train": [len(train.tokens), len(train)]}


def report(data: dict[str, Any]) -> str:
    """Markdown: who is ahead where, with seeds and intervals."""
    table = TaggerTable.from_data(data["table"])
    lines = [
        sentence(table),
        "",
        "| tagger | all | known words | unknown words | CPU s to train |",
        "|---|---|---|---|---|",
    ]
    every, known, unknown = table.accuracy(HMM)
    lines.append(f"| {HMM} | {every:.2f} | {known:.2f} | {unknown:.2f} | {table.row(HMM).train:.0f} |")
    for kind in (FULL, PLAIN):
        columns = zip(*(table.accuracy(named(kind, seed)) for seed in data["seeds"]), strict=True)
        told = " | ".join(plus_minus(*mean_and_sd(column), digits=2) for column in columns)
        seconds = mean_and_sd([table.row(named(kind, seed)).train for seed in data["seeds"]])[0]
        lines.append(f"| {kind} | {told} | {seconds:.0f} |")
    lines += [
        "",
        f"Per cent right of {table.tokens:,} test tokens in {len(table.known)} documents, {sum(table.unknown):,} of "
        f"them unknown; all 472 tags; {data['train'][0]:,} training tokens. ±: standard deviation over seeds "
        f"{', '.join(map(str, data['seeds']))} of weights, batches and dropout. {data['epochs']:g} readings, windows "
        "of five words, one thread.",
        "",
        "Difference to the HMM in points, with a 95% interval by a paired bootstrap over documents:",
        "",
    ]
    for kind in (FULL, PLAIN):
        lines += [f"- {named(kind, s)}: {interval(table.gain(named(kind, s), HMM))}" for s in data["seeds"]]
    return "\n".join(lines)


def sentence(table: TaggerTable) -> str:
    """The best of each kind in words; the seeds' mean decides."""
    seeds = [row.name.rsplit(" ", 1)[1] for row in table.rows if row.name.startswith(FULL)]
    gains = [table.gain(f"{FULL}, seed {seed}", HMM) for seed in seeds]
    if all(low > 0 for _, low, _ in gains):
        verdict = "The network is ahead of the HMM with every seed"
    elif all(high < 0 for _, _, high in gains):
        verdict = "The HMM is ahead of the network with every seed"
    else:
        verdict = "Network and HMM are within the interval of each other for at least one seed"
    mean, sd = mean_and_sd([gain[0] for gain in gains])
    unknown = mean_and_sd([table.accuracy(f"{FULL}, seed {seed}")[2] - table.accuracy(HMM)[2] for seed in seeds])
    return (
        f"{verdict}: {plus_minus(mean, sd, 2)} points on all words, {plus_minus(*unknown, digits=2)} on unknown ones "
        f"(network with spellings, {len(seeds)} seeds). The network chooses each tag by itself, from two words on "
        "either side; the HMM chooses a path of tags."
    )
