"""The long form of `hmm_lm`: more states, to the best validation step, three seeds each."""

from __future__ import annotations

from typing import Any

from ..corpora import brown
from ..ngrams import encode_splits
from .hmm_lm import PSEUDO, SEEDS, LmRace, run
from .spread import plus_minus

NAME = "02-language-model"
TITLE = "An HMM as a language model, against the bigram"
STATES, STEPS, EVERY = (8, 32, 100), 40, 5


def measure() -> dict[str, Any]:
    """Bengio's split of Brown and its vocabulary, as in chapters 01 and 03."""
    texts = [[list(sentence) for sentence in part.sentences] for part in brown().split()]
    words, (train, validation, test) = encode_splits(texts, 4)
    race = run(train, validation, test, len(words), STATES, STEPS, SEEDS, EVERY)
    return {"race": race.data(), "seeds": list(SEEDS), "words": len(words) - 1}


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdict, the table, the curves."""
    race = LmRace.from_data(data["race"])
    lines = [
        race.sentence(),
        "",
        f"Bengio's split of Brown, {race.tokens:,} training tokens with `</s>`; {data['words']:,} words can come next, "
        f"`UNK_` among them and scored. EM from random starts, {PSEUDO:g} word added to each state in the shares of "
        f"the text; stopped where the validation text is best, at most {STEPS} steps. One thread, float64. The HMM row "
        "of Bengio's table in chapter 03 is the model of 100 states.",
        "",
        "| model | test perplexity | CPU s |",
        "|---|---|---|",
    ]
    for model in race.counted:
        lines.append(f"| {model.name} | {2**model.test:.1f} | {model.seconds:.1f} |")
    for states in race.trained:
        lines.append(f"| HMM, {states} states | {plus_minus(*race.final(states))} | {race.seconds(states):.0f} |")
    lines += [
        "",
        f"±: standard deviation over seeds {', '.join(map(str, data['seeds']))}.",
        "",
        "## The curves",
        "",
        "| states | seed | steps | CPU s | validation perplexity | test perplexity |",
        "|---|---|---|---|---|---|",
    ]
    for states, runs in race.trained.items():
        for seed, curve in runs.items():
            for p in curve:
                row = f"{p.steps} | {p.seconds:.0f} | {2**p.validation:.1f} | {2**p.test:.1f}"
                lines.append(f"| {states} | {seed} | {row} |")
    return "\n".join(lines)
