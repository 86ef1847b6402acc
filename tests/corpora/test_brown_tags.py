"""The table of tags on every tag that occurs, and by hand where the rules could go wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from ngram2bert.corpora import UNIVERSAL_TAGS, Brown, CorpusError, universal_tag

BY_HAND = {
    # bases that a reader of Penn tags would guess wrong
    "NR": "NOUN",
    "PN": "NOUN",
    "AP": "ADJ",
    "OD": "ADJ",
    "QL": "ADV",
    "QLP": "ADV",
    "RN": "ADV",
    "CS": "ADP",
    "EX": "DET",
    "ABX": "DET",
    "DTX": "DET",
    "WDT": "DET",
    "WPS": "PRON",
    "WRB": "ADV",
    "WQL": "ADV",
    "TO": "PRT",
    "RP": "PRT",
    "UH": "X",
    "NIL": "X",
    "CD": "NUM",
    "CC": "CONJ",
    "MD": "VERB",
    "HVG": "VERB",
    # places, alone and together, and cut short
    "NN-TL": "NOUN",
    "NN-TL-HL": "NOUN",
    "VBN-TL-NC": "VERB",
    "PPSS+BER-N": "PRON",
    "FW-IN+AT-T": "X",
    # marks
    "'": ".",
    "--": ".",
    "---HL": ".",
    ":-TL": ".",
    ")-HL": ".",
    "``": ".",
    ".-NC": ".",
    # possessives, negations, "not"
    "NP$": "NOUN",
    "PP$": "PRON",
    "PP$$": "PRON",
    "WP$": "PRON",
    "DT$": "DET",
    "RB$": "ADV",
    "CD$": "NUM",
    "*": "ADV",
    "*-HL": "ADV",
    "MD*": "VERB",
    "DOD*-TL": "VERB",
    "FW-*": "X",
    # fused words
    "PPS+BEZ": "PRON",
    "NP+HVZ": "NOUN",
    "VB+TO": "VERB",
    "WDT+BER+PP": "DET",
    "PPSS+BEZ*": "PRON",
    "RP+IN": "PRT",
    "TO+VB": "PRT",
    "JJ+JJ-NC": "ADJ",
    "FW-AT+NN-TL": "X",
    "WRB+DOD*": "ADV",
}


@pytest.mark.parametrize(("tag", "universal"), BY_HAND.items())
def test_by_hand(brown: Brown, tag: str, universal: str) -> None:
    assert universal_tag(tag) == universal
    assert any(tag in tags for tags in brown.tags), f"{tag} does not occur in Brown"


def test_every_tag_that_occurs(brown: Brown) -> None:
    counts = Counter(tag for tags in brown.universal_tags for tag in tags)
    assert set(counts) == set(UNIVERSAL_TAGS)
    assert counts == {
        "NOUN": 275_652,
        "VERB": 182_751,
        ".": 147_565,
        "ADP": 144_766,
        "DET": 125_738,
        "ADJ": 83_731,
        "PRON": 68_626,
        "ADV": 56_287,
        "CONJ": 38_151,
        "PRT": 21_034,
        "NUM": 14_879,
        "X": 2_012,
    }


def test_words_have_the_tags_one_expects(brown: Brown) -> None:
    seen: dict[str, Counter[str]] = {}
    for words, tags in zip(brown.sentences, brown.universal_tags, strict=True):
        for word, tag in zip(words, tags, strict=True):
            seen.setdefault(word, Counter())[tag] += 1
    common = ("the", "of", "and", "he", "my", "not", "to", "very", "three", "was", ",", "oh")
    best = {word: seen[word].most_common(1)[0][0] for word in common}
    assert best == {
        "the": "DET",
        "of": "ADP",
        "and": "CONJ",
        "he": "PRON",
        "my": "PRON",
        "not": "ADV",
        "to": "PRT",
        "very": "ADV",
        "three": "NUM",
        "was": "VERB",
        ",": ".",
        "oh": "X",
    }


@pytest.mark.parametrize("tag", ["", "nn", "VBP", "NN-XX", "$", "+", "-TL", "NN*X"])
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(CorpusError, match="is not a tag of Brown"):
        universal_tag(tag)
