"""The long form of `taggers`: NLTK's taggers on the same documents, and other splits of the documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from ..corpora import Brown, brown
from .spread import mean_and_sd, plus_minus
from .tagger_table import TaggerTable, interval
from .taggers import OURS, VARIANTS, Judge, Tag, ours

NAME = "02-taggers"
TITLE = "Brants 2000: a trigram tagger, and what its parts buy"
SEEDS = (1, 2, 3)
PEERS = {
    "TnT": "NLTK: TnT, C=True",
    "small": "NLTK: TnT, C=False",
    "hmm": "NLTK: HMM",
    "unigram": "NLTK: UnigramTagger",
    "affix": "NLTK: UnigramTagger, AffixTagger for the rest",
}


def measure() -> dict[str, Any]:
    """All taggers on the course's split; ours and those of NLTK that are quick on three random ones."""
    train, _, test = brown().split_documents()
    judge = Judge(train, test)
    for name, options in VARIANTS.items():
        judge.add(name, partial(ours, train, options))
    for peer, name in PEERS.items():
        judge.add(name, partial(nltk_tagger, peer, train))
    again = {}
    for seed in SEEDS:
        train, test = dealt(brown(), seed)
        judge_again = Judge(train, test)
        for name in (OURS, "capitals in endings only"):
            judge_again.add(name, partial(ours, train, VARIANTS[name]))
        for peer in ("TnT", "small", "unigram"):
            judge_again.add(PEERS[peer], partial(nltk_tagger, peer, train))
        again[str(seed)] = judge_again.table().data()
    return {"table": judge.table().data(), "splits": again, "seeds": list(SEEDS)}


def nltk_tagger(peer: str, train: Brown) -> Tag:
    """One of PEERS, trained with NLTK's own defaults, as a function from sentences to tags."""
    from nltk.tag import AffixTagger, DefaultTagger, UnigramTagger
    from nltk.tag.hmm import HiddenMarkovModelTagger
    from nltk.tag.tnt import TnT as Theirs

    text = [list(sentence) for sentence in train.tagged_sentences()]
    if peer in ("TnT", "small"):
        tagger = Theirs(C=peer == "TnT")
        tagger.train(text)
    elif peer == "hmm":
        tagger = HiddenMarkovModelTagger.train(text)
    else:
        affix = AffixTagger(text, affix_length=-3, backoff=DefaultTagger("NN")) if peer == "affix" else None
        tagger = UnigramTagger(text, backoff=affix)
    return lambda sentences: [[tag for _, tag in tagger.tag(list(sentence))] for sentence in sentences]


def dealt(corpus: Brown, seed: int) -> tuple[Brown, Brown]:
    """(train, test): a tenth of the documents of each genre, drawn by the seed, to test on; the rest to train on."""
    chance, chosen = random.Random(seed), []
    for genre in corpus.genres:
        group = [document.id for document in corpus.documents if document.genre == genre]
        chosen += chance.sample(group, max(1, round(len(group) / 10)))
    rest = [document.id for document in corpus.documents if document.id not in set(chosen)]
    return corpus.select(documents=rest), corpus.select(documents=chosen)


def findings(data: dict[str, Any]) -> Iterator[str]:
    """What is claimed, and what came out, a line each."""
    table = TaggerTable.from_data(data["table"])
    theirs = PEERS["TnT"]
    for other, wanted in ((theirs, "ties"), (PEERS["unigram"], "beats"), (PEERS["hmm"], "beats")):
        gain = table.gain(OURS, other)
        low, high = gain[1:]
        verdict = "beats" if low > 0 else "loses to" if high < 0 else "ties"
        says = "as expected" if verdict == wanted else f"expected: {wanted}"
        yield f"Ours **{verdict}** {other} ({says}): {interval(gain)} points of accuracy."
    small = table.gain("capitals in endings only", PEERS["small"])
    yield f"With capitals in the endings only, as NLTK has it with C=False: ours {interval(small)} points above."
    for part in ("without endings", "without capitals", "bigrams in place of trigrams"):
        unknown = table.accuracy(part)[2] - table.accuracy(OURS)[2]
        lost = interval(table.gain(part, OURS))
        yield f"{part.capitalize()}: {lost} points against the whole tagger; on unknown words {unknown:+.1f}."


def report(data: dict[str, Any]) -> str:
    """Markdown: the findings, the table, the other splits."""
    table = TaggerTable.from_data(data["table"])
    share = 100 * sum(table.unknown) / table.tokens
    lines = [
        f"Brown with all its tags, split by document as `split_documents` does it; {table.tokens:,} test tokens in "
        f"{len(table.known)} documents, {share:.1f}% of them words that the training text does not hold. Intervals: "
        "95%, by the paired bootstrap over documents.",
        "",
        *(f"- {finding}" for finding in findings(data)),
        "",
        "| tagger | all | known | unknown | against ours, points (95% interval) | training, s | tags a second |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.rows:
        every, known, unknown = table.accuracy(row.name)
        apart = "" if row.name == OURS else interval(table.gain(row.name, OURS))
        lines.append(
            f"| {row.name} | {every:.2f} | {known:.2f} | {unknown:.2f} | {apart} | {row.train:.1f} | "
            f"{table.tokens / row.tag:,.0f} |"
        )
    tables = {seed: TaggerTable.from_data(split) for seed, split in data["splits"].items()}
    lines += [
        "",
        "The first row is `ngram2bert.hmm.TnT`. Rows of NLTK have its own defaults; its `UnigramTagger` alone gives an "
        "unknown word no tag. Tags a second: CPU time, one thread.",
        "",
        f"## Other splits\n\nA tenth of the documents of each genre, drawn anew (seeds {', '.join(tables)}); mean ± "
        "standard deviation over the draws.",
        "",
        "| tagger | all | known | unknown | against ours, points |",
        "|---|---|---|---|---|",
    ]
    for row in next(iter(tables.values())).rows:
        columns = zip(*(split.accuracy(row.name) for split in tables.values()), strict=True)
        cells = [plus_minus(*mean_and_sd(column), 2) for column in columns]
        apart = plus_minus(*mean_and_sd([split.gain(row.name, OURS)[0] for split in tables.values()]), 2)
        lines.append(f"| {row.name} | {' | '.join(cells)} | {'' if row.name == OURS else apart} |")
    return "\n".join(lines)
