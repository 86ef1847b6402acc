"""The four sentences ask a model with the words before the verb, and tell the odds."""

from __future__ import annotations

import pytest
import torch

from ngram2bert.agreement import SENTENCES, agreement, windowed

WORDS = ["<s>", "</s>", "UNK_", *sorted({w for row in SENTENCES for text in row for w in text.split()})]
NUMBER = {word: i for i, word in enumerate(WORDS)}


def test_odds_are_right_over_wrong_and_the_words_before_are_given_in_order():
    asked = []

    def predict(before):
        asked.append(" ".join(WORDS[w] for w in before))
        p = torch.full((len(WORDS),), 0.01)
        p[NUMBER["were"]], p[NUMBER["was"]] = 0.3, 0.1
        return p

    made = agreement(WORDS, constant=predict)
    assert asked == [before for before, _, _ in SENTENCES]
    assert made.odds["constant"] == pytest.approx((3.0, 3.0, 1 / 3, 1.0))
    lines = str(made).splitlines()
    assert lines[0].split() == ["right", ":", "wrong", "constant"]
    assert lines[3].split()[-3:] == ["0.33", ":", "1"]


@pytest.mark.parametrize(("n", "wanted"), [(1, []), (2, [7]), (4, [5, 6, 7]), (7, [0, 0, 4, 5, 6, 7][-6:])])
def test_a_window_holds_the_last_words_filled_up_with_borders(n, wanted):
    seen = []

    def next_probs(contexts):
        seen.append(contexts.tolist())
        return torch.ones(1, 3)

    windowed(next_probs, n)([4, 5, 6, 7])
    assert seen == [[wanted]]
