"""How the twenty errors of `twenty` were chosen: a rule and a seed, no hand.

The errors are those of the modified Kneser-Ney trigram of chapter 01 on Brown's validation text. A place may be chosen if

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
from torch import Tensor

from .corpora import Brown
from .ngrams import NgramCounts
from .ngrams.estimate import fit_modified_kneser_ney
from .ngrams.vocabulary import BOS, UNK

BOUND, SEED = 0.02, 1961
KINDS = ("agreement", "phrase", "topic", "new", "small")
FORMS = {
    frozenset(pair.split())
    for pair in (
        "was were|is are|has have|does do|he she|his her|him her|himself herself|this these|that those|its their|it they|"
        "it them|a an|says say|goes go|man men|woman women|who whom"
    ).split("|")
}
CONTENT, SMALL = ("NOUN", "VERB", "ADJ", "ADV"), ("ADP", "PRON", "DET", "CONJ", "PRT")
FREQUENT = 300  # words of the vocabulary that say nothing about a topic
Found = tuple[int, int]  # sentence of the validation text, word in the sentence


def choose(brown: Brown, words: list[str], train: list[list[int]], validation: list[list[int]]) -> list[Found]:
    """The twenty places, in the order of the text."""
    kinds = candidates(brown.split().validation, words, train, validation)
    genre_of, sample_of = {}, {}
    for document in brown.split().validation.documents:
        for i in range(document.start, document.stop):
            genre_of[i], sample_of[i] = document.genre, document.id
    genres = list(dict.fromkeys(genre_of.values()))
    taken: list[Found] = []
    used: set[object] = set()
    for kind in KINDS:
        shuffled = random.Random(f"{SEED} {kind}").sample(kinds[kind], len(kinds[kind]))
        for genre in genres:
            free = [at for at in shuffled if used.isdisjoint({sample_of[at[0]], validation[at[0]][at[1]]})]
            at = next((at for at in free if genre_of[at[0]] == genre), free[0])
            taken.append(at)
            used |= {sample_of[at[0]], validation[at[0]][at[1]]}
    return sorted(taken)


def candidates(
    part: Brown, words: list[str], train: list[list[int]], validation: list[list[int]]
) -> dict[str, list[Found]]:
    """Every place that the rule allows, by its kind."""
    counts = NgramCounts(train, 3, len(words))
    model = fit_modified_kneser_ney(counts)
    places = [at for at in readable(part, validation)]
    grams = torch.tensor([([BOS, BOS] + validation[i][:j + 1])[-3:] for i, j in places])  # (P, 3)
    surprising = model.prob(grams) < BOUND
    places = [at for at, yes in zip(places, surprising.tolist(), strict=True) if yes]
    grams = grams[surprising]
    guesses = first_guesses(model.next_probs, grams[:, :2])  # (P,)
    row = counts.trie.nodes(grams)[-1][:, 0]  # (P,) of the trigram, -1 where training lacks it
    seen = torch.where(row < 0, 0, counts.levels[-1].counts[row])
    found: dict[str, list[Found]] = {kind: [] for kind in KINDS}
    for at, guess, times in zip(places, guesses.tolist(), seen.tolist(), strict=True):
        kind = kind_of(part, words, validation, at, guess, times)
        if kind:
            found[kind].append(at)
    return found
