"""Taggers on Brown, split by document: what trigrams, endings and capitals buy; and NLTK's taggers beside ours.

    train, _, test = brown().split_documents()
    table = run(train, test)
    print(table.table())
    table.plot()
    committed().table()           # with NLTK's, from the run of many minutes that ships with the course

All 472 tags as Brown has them; the whole test text; a word is known where the training text has it, in these letters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ..corpora import Brown
from ..hmm import TnT
from .record import committed as _committed
from .tagger_table import Tagged, TaggerTable

OURS = "trigrams, endings, capitals"
VARIANTS: dict[str, dict[str, Any]] = {
    OURS: {},
    "without capitals": {"capitals": False, "cased": False},
    "capitals in endings only": {"capitals": False},
    "without endings": {"suffixes": False},
    "bigrams in place of trigrams": {"order": 2},
    "no tags before": {"order": 1},
    "none of these": {"order": 1, "suffixes": False, "capitals": False, "cased": False},
}
Tag = Callable[[Sequence[Sequence[str]]], Sequence[Sequence[str]]]


def run(train: Brown, test: Brown, variants: Mapping[str, dict[str, Any]] = VARIANTS) -> TaggerTable:
    """Our tagger and what is left of it without its parts. About 20 s for all, on the whole of Brown.

    train, test: parts of Brown, as `split_documents` gives them; variants: name: arguments of `TnT.train`.
    """
    judge = Judge(train, test)
    for name, options in variants.items():
        judge.add(name, partial(ours, train, options))
    return judge.table()


def ours(train: Brown, options: Mapping[str, Any]) -> Tag:
    """A tagger of ours, trained, as a function from sentences to tags."""
    return TnT.train(train.sentences, train.tags, **options).tag


class Judge:
    """The test text and who was right on it."""

    def __init__(self, train: Brown, test: Brown) -> None:
        if not test.documents:
            raise ValueError("the test text has no documents: give a part that `split_documents` made")
        held = set(train.tokens)
        self.test = test
        self.documents = [range(document.start, document.stop) for document in test.documents]
        self.known = [[word in held for word in sentence] for sentence in test.sentences]
        self.rows: list[Tagged] = []

    def add(self, name: str, make: Callable[[], Tag]) -> None:
        """Train, tag, count. make: trains, and returns the function that tags sentences of words."""
        began = time.process_time()
        tag = make()
        trained = time.process_time()
        guessed = tag(self.test.sentences)
        tagged = time.process_time()
        right = [[0, 0] for _ in self.documents]
        for of_document, document in zip(right, self.documents, strict=True):
            for i in document:
                for gold, mine, known in zip(self.test.tags[i], guessed[i], self.known[i], strict=True):
                    of_document[known] += gold == mine
        unknown, known_ = [list(column) for column in zip(*right, strict=True)]
        self.rows.append(Tagged(name, known_, unknown, round(trained - began, 2), round(tagged - trained, 2)))

    def table(self) -> TaggerTable:
        """All that were added."""
        known = [sum(map(sum, (self.known[i] for i in document))) for document in self.documents]
        tokens = [sum(len(self.known[i]) for i in document) for document in self.documents]
        return TaggerTable(known, [t - k for t, k in zip(tokens, known, strict=True)], self.rows)


def committed() -> TaggerTable:
    """The long run that `ngram2bert claims 02` made. Raises FileNotFoundError where there is none."""
    return TaggerTable.from_data(_committed("02-taggers")["data"]["table"])
