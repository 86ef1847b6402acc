"""Twenty places in Brown's validation text where chapter 01's best trigram was wrong, the same for every chapter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..corpora import Brown, brown

# sentence of the validation text, word in it, and the word: what `rule.Chooser` chose, proven by test
PLACES = (
    (44, 13, "were"),
    (265, 11, "an"),
    (313, 7, "Brown"),
    (1328, 17, "summer"),
    (2521, 11, "horizontal"),
    (4656, 11, "Mary"),
    (4779, 7, "others"),
    (5538, 11, "glasses"),
    (5887, 8, "she"),
    (6648, 9, "you"),
    (8441, 8, "those"),
    (9063, 8, "a"),
    (9827, 13, "could"),
    (10013, 11, "road"),
    (10324, 7, "sites"),
    (10858, 9, "and"),
    (11012, 14, "he"),
    (11097, 17, "Jack"),
    (11231, 18, "winter"),
    (11487, 8, "research"),
)

REASONS = {
    "phrase": "a fixed phrase or a name: whoever has met it knows how it goes on",
    "grammar": "the grammar of the last few words decides what kind of word must come",
    "agreement": "a word further back decides the form: one or many, he or she",
    "topic": "what this text is about: the word, or its kin, was there before",
    "world": "knowledge of the world: one must know how things are",
    "chance": "nobody could know: many words would have done as well",
}

Labels = dict[int, str]  # a learner's: number of the place -> key of REASONS


@dataclass(frozen=True)
class Place:
    """A word to be predicted.

    number: 1 to 20; sentence, position: where it stands in Brown's validation text; genre, sample: Brown's;
    earlier: the sentences of the same sample before this one; before, after: the words around it in its sentence.
    """

    number: int
    sentence: int
    position: int
    genre: str
    sample: str
    earlier: tuple[tuple[str, ...], ...]
    before: tuple[str, ...]
    word: str
    after: tuple[str, ...]


@lru_cache(maxsize=1)
def twenty_errors() -> list[Place]:
    """The twenty places with their text. Raises ValueError where Brown is not the text that they were chosen from."""
    part: Brown = brown().split().validation
    found = []
    for number, (i, j, word) in enumerate(PLACES, start=1):
        sample = next(document for document in part.documents if document.start <= i < document.stop)
        sentence = part.sentences[i]
        if sentence[j : j + 1] != (word,):
            raise ValueError(f"sentence {i} of Brown's validation text has no {word!r} at {j}: the corpus was changed")
        earlier = part.sentences[sample.start : i]
        found.append(Place(number, i, j, sample.genre, sample.id, earlier, sentence[:j], word, sentence[j + 1 :]))
    return found


def check_labels(labels: Labels) -> None:
    """Raises ValueError for a number that is no place or a reason that is none; missing ones are well."""
    for number, reason in labels.items():
        if number not in range(1, len(PLACES) + 1):
            raise ValueError(f"place {number!r}: the places are 1 to {len(PLACES)}")
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is no reason: choose one of {', '.join(REASONS)}")
