"""The long form of `chen_goodman`: four orders, and two other conditions, to see what an ordering hangs on."""

from __future__ import annotations

import random
from typing import Any

from ..corpora import brown
from ..ngrams import encode_splits
from .chen_goodman import SEEDS, SIZES, Text, run
from .findings import findings
from .ladder import BEST, NAMES, order_name
from .record import committed
from .spread import plus_minus

NAME = "01-chen-goodman"
TITLE = "Chen & Goodman 1999: which smoothing, for how much text"
CONDITIONS = {
    "as in the chapter": "Bengio's split: trained on news and learned prose, tested on fiction. Words seen 4 times or "
    "more in the whole training text are known, the rest is `UNK_`.",
    "every word known": "The same split; the vocabulary has every word of the corpus, as in the paper's runs on Brown.",
    "sentences dealt at random": "The same vocabulary rule; sentences of all genres in all three texts.",
}


def texts(condition: str) -> tuple[list[str], list[Text]]:
    """(words, [train, validation, test]) under one of CONDITIONS."""
    corpus = brown()
    parts = [[list(sentence) for sentence in part.sentences] for part in corpus.split()]
    if condition == "sentences dealt at random":
        dealt = [list(sentence) for sentence in random.Random(0).sample(corpus.sentences, len(corpus.sentences))]
        first, second = len(parts[0]), len(parts[0]) + len(parts[1])
        parts = [dealt[:first], dealt[first:second], dealt[second:]]
    if condition == "every word known":
        words, (ids,) = encode_splits([[sentence for part in parts for sentence in part]], 1)
        first, second = len(parts[0]), len(parts[0]) + len(parts[1])
        return words, [ids[:first], ids[first:second], ids[second:]]
    return encode_splits(parts, 4)


def measure() -> dict[str, Any]:
    """The ladder under each condition, and what becomes of the findings."""
    found = {}
    for condition in CONDITIONS:
        words, (train, validation, test) = texts(condition)
        orders = (1, 2, 3, 4) if condition == "as in the chapter" else (2, 3)
        ladder = run(train, validation, test, len(words), SIZES, SEEDS, orders)
        found[condition] = {
            "words_known": len(words) - 1,
            "sizes": ladder.sizes,
            "orders": ladder.orders,
            "cells": ladder.data(),
            "findings": [vars(finding) for finding in findings(ladder)],
            "spread": ladder.spread_note(),
        }
    return {"seeds": list(SEEDS), "conditions": found}


def report(data: dict[str, Any]) -> str:
    """Markdown: for each condition the findings and the tables."""
    lines = [
        "The same methods, amounts of text and draws under three conditions. What the paper found is in italics "
        "(section 5.1, in our words), what came out in bold. The second condition shows one reason why absolute "
        "discounting does better here than there: with every word in the vocabulary, as in the paper, and not one "
        "`UNK_` for all rare ones, it falls behind Katz from 200,000 tokens on.",
        "",
        "Fixed for all amounts of a condition: the vocabulary, the test text, and the validation text on which k and "
        "mixture weights are tuned. The discounts of the last four methods are read off the counts; the paper tunes "
        "them on held-out text. *Jelinek–Mercer, a weight an order* is the paper's baseline, *buckets* is what it "
        "compares. Katz believes counts above 5, and smooths unigrams by adding one.",
    ]
    for condition, found in data["conditions"].items():
        lines += ["", f"## {condition.capitalize()}", "", CONDITIONS[condition]]
        lines += [f"{found['words_known']:,} words can come next.", ""]
        for finding in found["findings"]:
            lines.append(f"- *{finding['paper']}* **{finding['verdict'].capitalize()}.** {finding['figures']}")
        for order in found["orders"]:
            lines += ["", *_table(found, order)]
        lines += ["", found["spread"]]
    return "\n".join(lines)


def _table(found: dict[str, Any], order: int) -> list[str]:
    """Markdown rows of one order."""
    cells = {(cell["method"], cell["tokens"]): cell for cell in found["cells"] if cell["order"] == order}
    sizes = found["sizes"]
    head = [f"{order_name(order)}: test perplexity (% above modified Kneser–Ney)", *(f"{size:,}" for size in sizes)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for method in dict.fromkeys(method for method, _ in cells):
        row = []
        for size in sizes:
            cell = cells[method, size]
            percent = plus_minus(cell["percent_above_modified_kneser_ney"], cell["percent_sd"])
            row.append(f"{cell['perplexity']:.1f}" + ("" if method == BEST else f" ({percent})"))
        lines.append(f"| {NAMES[method]} | " + " | ".join(row) + " |")
    return lines


def conditions(order: int = 3, size: int = 800_000) -> str:
    """The committed run's perplexities under each condition as text, to see what an ordering hangs on."""
    found = committed(NAME)["data"]["conditions"]
    lines = [
        f"{order_name(order)}, {size:,} tokens: test perplexity (per cent above modified Kneser–Ney)",
        f"{'':35}" + "".join(f"{condition:>28}" for condition in found),
    ]
    for method in NAMES:
        row = f"{NAMES[method]:35}"
        for of_condition in found.values():
            (cell,) = (
                cell
                for cell in of_condition["cells"]
                if (cell["order"], cell["tokens"], cell["method"]) == (order, size, method)
            )
            percent = plus_minus(cell["percent_above_modified_kneser_ney"], cell["percent_sd"])
            row += f"{cell['perplexity']:14.1f} {'' if method == BEST else f'({percent})':>13}"
        lines.append(row.rstrip())
    return "\n".join(lines)
