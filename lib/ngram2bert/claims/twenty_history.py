"""The record behind `twenty.followed`: every shipped model of chapters 01 to 06 at the twenty places."""

from __future__ import annotations

from typing import Any

from .. import hmm, ngrams
from ..neural import neural_lm
from ..neural.brown import brown_text
from ..recurrent import from_recurrent, lstm_lm, rnn_lm
from ..twenty import PLACES, Place, from_ngrams, rerun
from ..twenty.history import Row, data_of, row_from, row_of, table
from ..vectors.bag import bag_lm

NAME = "06-twenty"
TITLE = "The same twenty errors under every model of chapters 01 to 06"
STATES, STEPS = 20, 12  # of the HMM, as in chapter 02's notebook


def measure() -> dict[str, Any]:
    """Bits and rank of each of the twenty words."""
    return {"rows": [data_of(row) for row in rows()], "seeds": [1]}


def rows() -> list[Row]:
    """The models, in the order of the chapters."""
    words, train, *_ = brown_text()
    number = {word: i for i, word in enumerate(words)}
    trigram, five = (ngrams.estimate(train, n, len(words)) for n in (3, 5))
    classes = hmm.HMM.random(STATES, len(words), seed=1)
    classes.fit(train, steps=STEPS, pseudo=1.0)
    network, rnn, lstm = neural_lm(), rnn_lm(), lstm_lm()

    def of_hmm(place: Place) -> Any:
        before = [number.get(word, ngrams.UNK) for word in place.before]
        return words, classes.next_probs([before], ngrams.EOS)[0]

    return [
        row_of("trigram", rerun(from_ngrams(trigram.next_probs, words, 3)), "01", "2 words"),
        row_of("Kneser–Ney, n = 5", rerun(from_ngrams(five.next_probs, words, 5)), "01", "4 words"),
        row_of(f"HMM, {STATES} states", rerun(of_hmm), "02", "the sentence, as one of its states"),
        row_of("network", rerun(from_ngrams(network.next_probs, words, network.order)), "03", "4 words"),
        *_bag(words),
        row_of("RNN", rerun(from_recurrent(rnn, words)), "05", "the sentence"),
        row_of("LSTM", rerun(from_recurrent(lstm, words)), "06", "the sentence"),
        row_of("LSTM, carried", rerun(from_recurrent(lstm, words, carried=True)), "06", "the text up to there"),
    ]


def _bag(words: list[str]) -> list[Row]:
    """Chapter 04's bag of words. No row where its checkpoint is not there: `pretrained bag-brown` makes it."""
    try:
        bag = bag_lm()
    except FileNotFoundError:
        return []
    return [row_of("bag of words", rerun(from_ngrams(bag.next_probs, words, bag.order)), "04", "4 words, no order")]


def report(data: dict[str, Any]) -> str:
    """Markdown: the models, and the bits of each word."""
    found = [row_from(row) for row in data["rows"]]
    head = "| model | " + " | ".join(word for *_, word in PLACES) + " | mean |"
    lines = [
        f"| {row.name} | " + " | ".join(f"{value:.1f}" for value in row.bits) + f" | {row.mean:.2f} |" for row in found
    ]
    return "\n".join(
        [
            "The places are real errors of the trigram, so that every other model has an advantage over it.",
            "",
            "```",
            table(found),
            "```",
            "",
            "Bits of each word:",
            "",
            head,
            "|---" * (len(PLACES) + 2) + "|",
            *lines,
        ]
    )
