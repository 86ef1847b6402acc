"""Sampling: the exact law by enumeration, and repeatable."""

import math
from collections import Counter

import torch

from ngram2bert.ngrams import sample_sentences

BOS, EOS = 0, 1
END = [0.0, 1.0, 0.0, 0.0]
TABLE = torch.tensor(  # p(. | w w') over <s>, </s>, a, b: different after any two words, so that reading others shows
    [
        [[0.0, 0.1, 0.6, 0.3], END, [0.0, 0.5, 0.3, 0.2], [0.0, 0.2, 0.2, 0.6]],
        [END, END, END, END],
        [END, END, [0.0, 0.7, 0.1, 0.2], [0.0, 0.25, 0.7, 0.05]],
        [END, END, [0.0, 0.3, 0.1, 0.6], [0.0, 0.9, 0.05, 0.05]],
    ],
    dtype=torch.float64,
)


def next_probs(context):
    assert context.shape[1] == 2
    return TABLE[context[:, 0], context[:, 1]]


def law(length):
    """Every sentence of `length` places and its probability."""
    open_ones = {(): 1.0}
    closed: dict[tuple, float] = {}
    for _ in range(length):
        longer: dict[tuple, float] = {}
        for text, p in open_ones.items():
            window = ((BOS, BOS, *text))[-2:]
            for word, q in enumerate(TABLE[window].tolist()):
                if q:
                    (closed if word == EOS else longer)[(*text, word)] = p * q
        open_ones = longer
    return {text + (EOS,) * (length - len(text)): p for text, p in {**open_ones, **closed}.items()}


def test_sampling_follows_the_law_of_the_table():
    draws, length = 20_000, 3
    text = sample_sentences(next_probs, draws, length, 3, BOS, EOS, torch.Generator().manual_seed(0))
    assert text.shape == (draws, length)
    want, seen = law(length), Counter(map(tuple, text.tolist()))
    assert math.isclose(sum(want.values()), 1)
    assert set(seen) <= set(want)
    g = 2 * sum(c * math.log(c / (draws * want[t])) for t, c in seen.items())
    assert g < len(want) + 6 * math.sqrt(2 * len(want))  # chi-squared with fewer than len(want) degrees of freedom


def test_the_same_seed_gives_the_same_sentences_and_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    one, two, other = (
        sample_sentences(next_probs, 50, 6, 3, BOS, EOS, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


def test_order_one_and_length_one():
    flat = torch.tensor([0.0, 0.25, 0.75])
    text = sample_sentences(lambda h: flat.expand(len(h), -1), 30, 1, 1, 0, 1, torch.Generator().manual_seed(0))
    assert set(text.flatten().tolist()) == {1, 2}
    assert sample_sentences(lambda h: flat.expand(len(h), -1), 4, 0, 1, 0, 1, torch.Generator()).shape == (4, 0)
