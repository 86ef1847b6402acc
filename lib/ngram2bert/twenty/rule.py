"""How the twenty errors were chosen: a rule and a seed, no hand.

The errors are those of chapter 01's modified Kneser-Ney trigram on Brown's validation text. A place may be chosen if

- the true word is known, a word of letters, and not the model's first guess (`UNK_` is no guess);
- its probability is below BOUND;
- it is word 8 to 24 of a sentence of at most 28, with at most one unknown word before it and none close by;
- it is of one of five kinds, the first that fits:
    agreement  first guess and true word are two forms of one word, such as *was* and *were*
    phrase     a content word, and the training text holds its last three words at least 3 times
    topic      a content word, not frequent, said at least twice in the 100 words before, in the same sample
    new        any other content word, never said before in the sample
    small      a preposition, pronoun, determiner, conjunction or particle

Of each kind, one place from each of the four genres is taken, in the order of a shuffle; each from another sample and
with another word. Agreement comes first, as it is the rarest. A genre that has none left gives its turn to any other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch

from ..corpora import Brown
from ..ngrams import NgramCounts
from ..ngrams.estimate import fit_modified_kneser_ney
from ..ngrams.vocabulary import BOS, UNK

BOUND, SEED = 0.02, 1961
KINDS = ("agreement", "phrase", "topic", "new", "small")
PAIRS = (
    "was were|is are|has have|does do|he she|his her|him her|himself herself|this these|that those|its their|it they|"
    "it them|a an|says say|goes go|man men|woman women|who whom"
)
FORMS = {frozenset(pair.split()) for pair in PAIRS.split("|")}
FORMED = frozenset().union(*FORMS)
CONTENT, SMALL = ("NOUN", "VERB", "ADJ", "ADV"), ("ADP", "PRON", "DET", "CONJ", "PRT")
FREQUENT = 300  # words at the top of the vocabulary, which say nothing about a topic
Found = tuple[int, int]  # sentence of the validation text, word in the sentence


class Chooser:
    """Applies the rule to a validation text. part: Brown's; words, train, validation: from `encode_splits`."""

    def __init__(
        self, part: Brown, words: list[str], train: list[list[int]], validation: list[list[int]], bound: float = BOUND
    ) -> None:
        self.part, self.words, self.validation, self.bound = part, words, validation, bound
        self.counts = NgramCounts(train, 3, len(words))
        self.model = fit_modified_kneser_ney(self.counts)
        self.sample = [document for document in part.documents for _ in range(document.start, document.stop)]

    def choose(self, seed: int = SEED) -> list[Found]:
        """The twenty places, in the order of the text."""
        places = self.surprising()
        taken: list[Found] = []
        used: set[object] = set()
        for kind in KINDS:
            shuffled = random.Random(f"{seed} {kind}").sample(places, len(places))
            for genre in self.part.genres:
                fitting = (at for at in shuffled if used.isdisjoint(self._claims(at)) and self.fits(at, kind))
                at = next((at for at in fitting if self.sample[at[0]].genre == genre), None)
                at = at or next(at for at in shuffled if used.isdisjoint(self._claims(at)) and self.fits(at, kind))
                taken.append(at)
                used |= self._claims(at)
        return sorted(taken)

    def _claims(self, at: Found) -> set[object]:
        """What no other place may share: the sample and the word."""
        return {self.sample[at[0]].id, self.validation[at[0]][at[1]]}

    def surprising(self) -> list[Found]:
        """Readable places whose word is improbable."""
        places = list(self.readable())
        grams = torch.tensor([self.gram(at) for at in places])  # (P, 3)
        return [at for at, p in zip(places, self.model.prob(grams).tolist(), strict=True) if p < self.bound]

    def gram(self, at: Found) -> list[int]:
        """The word and the two before it."""
        return [BOS, BOS, *self.validation[at[0]][: at[1] + 1]][-3:]

    def readable(self) -> Iterator[Found]:
        """Word 8 to 24 of a sentence of at most 28, known, of letters, its context known too."""
        for i, (sentence, ids) in enumerate(zip(self.part.sentences, self.validation, strict=True)):
            for j in range(7, min(24, len(ids)) if len(ids) <= 28 else 0):
                known = ids[j] != UNK and ids[:j].count(UNK) <= 1 and UNK not in ids[j - 3 : j]
                if known and sentence[j].isalpha():
                    yield i, j

    def guess(self, at: Found) -> int:
        """The model's first guess among the words."""
        probs = self.model.next_probs(torch.tensor([self.gram(at)[:2]]))[0]  # (V,)
        probs[UNK] = 0.0
        return int(probs.argmax())

    def fits(self, at: Found, kind: str) -> bool:
        """Is the place of this kind and of no earlier one, and is the first guess wrong?"""
        word = self.validation[at[0]][at[1]]
        if kind == "agreement" and self.words[word] not in FORMED:
            return False
        if kind != "agreement" and self.by_context(at) != kind:
            return False
        guess = self.guess(at)
        formed = frozenset((self.words[word], self.words[guess])) in FORMS
        return guess != word and formed == (kind == "agreement")

    def by_context(self, at: Found) -> str:
        """Of which kind, agreement left aside; empty for none."""
        i, j = at
        tag = self.part.universal_tags[i][j]
        if tag in SMALL:
            return "small"
        if tag not in CONTENT:
            return ""
        row = int(self.counts.trie.nodes(torch.tensor(self.gram(at)))[-1])
        if row >= 0 and self.counts.levels[-1].counts[row] >= 3:
            return "phrase"
        said = [w for s in self.part.sentences[self.sample[i].start : i] for w in s] + [*self.part.sentences[i][:j]]
        word = self.part.sentences[i][j]
        if word not in said:
            return "new"
        frequent = self.validation[i][j] < FREQUENT
        return "topic" if said[-100:].count(word) >= 2 and not frequent else ""
