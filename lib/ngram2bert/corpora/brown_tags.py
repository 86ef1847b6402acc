"""From the tags of the Brown corpus to the 12 universal tags.

Petrov, Das & McDonald 2012, "A Universal Part-of-Speech Tagset".

A tag of Brown is put together: `FW-` for a foreign word, a base, `$` for a possessive, `*` for a negation, `+` where
two words are written as one, and `-TL` (in a title), `-HL` (in a headline), `-NC` (a word that is spoken of, not used).
472 such tags occur; five rules and the table of bases below decide them all:

1. a foreign word is X;
2. -TL, -HL and -NC say where a word stands, not what it is: they go (also cut short, as in PPSS+BER-N);
3. of a fused word the first part decides: "he's" (PPS+BEZ) is a pronoun, "wanna" (VB+TO) a verb;
4. a possessive is what it is without its `$`: "Atlanta's" (NP$) is a noun, "my" (PP$) a pronoun;
5. a negated verb (MD*, DOZ*) is a verb; a lone `*` is "not" or "n't", an adverb.

Where Brown's base is a tag of the Penn Treebank under another name, the paper's row for Penn decides, so that a model
sees one meaning of the 12 tags on both corpora. NLTK's own mapping file for Brown agrees on 97.8% of the tokens and
decides otherwise for: PP$ and WP$ (DET there; Penn: PRON), EX, ABN and ABL (PRT; Penn: DET), UH (PRT; Penn: X), most
fused words (PRT), AP$, RB$ and JJ$ (PRT), CD$ (NOUN), and three fused tags that occur once each (X).
"""

from __future__ import annotations

import re
from functools import cache

from .errors import CorpusError

UNIVERSAL_TAGS = ("NOUN", "VERB", "ADJ", "ADV", "PRON", "DET", "ADP", "NUM", "CONJ", "PRT", ".", "X")

BASES = {
    "NOUN": "NN NNS NP NPS NR NRS PN",  # common, proper, adverbial (home, Monday), and "nobody", "something"
    "VERB": "VB VBD VBG VBN VBZ BE BED BEDZ BEG BEM BEN BER BEZ DO DOD DOZ HV HVD HVG HVN HVZ MD",
    "ADJ": "JJ JJR JJS JJT AP OD",  # AP: other, many, next; OD: first (Penn: JJ)
    "ADV": "RB RBR RBT RN QL QLP WRB WQL *",  # QL: very; QLP: enough; RN: then
    "PRON": "PP PPO PPS PPSS PPL PPLS WPO WPS WP",
    "DET": "AT DT DTI DTS DTX ABL ABN ABX EX WDT",  # ABL: such; ABN: all; ABX: both; EX: there is
    "ADP": "IN CS",  # CS: that, if, as (Penn: IN)
    "NUM": "CD",
    "CONJ": "CC",
    "PRT": "RP TO",
    ".": ". , : ( ) -- ' '' ``",
    "X": "NIL UH",  # NIL: no tag was given; UH: oh, yes
}

UNIVERSAL = {base: universal for universal, bases in BASES.items() for base in bases.split()}

PLACE = re.compile(r"(?<=.)-(?:TL|HL|NC|T|N)$")  # T and N: two tags of the files are cut short at ten characters


@cache
def universal_tag(tag: str) -> str:
    """The universal tag of one tag of Brown, in the capitals that NLTK's reader gives.

    >>> [universal_tag(tag) for tag in ("NN-TL", "PPS+BEZ", "MD*", "NP$", "FW-IN+AT-TL", "*", "---HL")]
    ['NOUN', 'PRON', 'VERB', 'NOUN', 'X', 'ADV', '.']

    Raises CorpusError for a tag that Brown does not have.
    """
    if tag.startswith("FW-"):
        return "X"
    base = tag
    while (shorter := PLACE.sub("", base)) != base:
        base = shorter
    base = base.split("+")[0].rstrip("$")
    if base.endswith("*") and base != "*":
        base = base[:-1]
    try:
        return UNIVERSAL[base]
    except KeyError:
        raise CorpusError(f"{tag!r} is not a tag of Brown; wanted one such as 'NN', 'VBD' or 'NN-TL'.") from None
