"""The same twenty errors: real ones of chapter 01's best trigram, labelled there, rerun on every later model.

    from ngram2bert.twenty import from_ngrams, reasons, rerun, show, twenty_errors

    answers = rerun(from_ngrams(model.next_probs, words, 3))
    show(answers)                                    # text, probability, rank and first guesses of each
    labels = {1: "agreement", 2: "grammar"}          # the learner's, by the number of the place
    by_reason(labels, trigram=answers, lstm=others)  # which kinds of error does the next model mend?
    print(summary({"trigram": answers, "lstm": others}))
    followed("06")                                   # all models up to chapter 06, as recorded

A model of any kind is a function from a `Place` to the words that it knows and their probabilities. How the places were
chosen is in `rule`.
"""

from .history import Row, followed, recorded, row_of, summary
from .places import PLACES, REASONS, Labels, Place, check_labels, twenty_errors
from .rerun import Answer, by_reason, from_ngrams, rerun
from .show import Sheet, reasons, show

__all__ = [
    "PLACES",
    "REASONS",
    "Answer",
    "Labels",
    "Place",
    "Row",
    "Sheet",
    "by_reason",
    "check_labels",
    "followed",
    "from_ngrams",
    "reasons",
    "recorded",
    "rerun",
    "row_of",
    "show",
    "summary",
    "twenty_errors",
]
