"""Which words a model knows. Everything downstream sees numbers; here they are handed out.

It does not split text into words: sentences come as lists of words.
"""

from __future__ import annotations

from collections import Counter

BOS, EOS, UNK = 0, 1, 2  # the places of "<s>", "</s>" and "UNK_" in every vocabulary of the course


def encode_splits(splits: list[list[list[str]]], min_count: int) -> tuple[list[str], list[list[list[int]]]]:
    """Fixes the vocabulary on the training text and writes every split in its numbers.

    A word that the training text holds `min_count` times or more is known. Every other word, in any split, becomes
    `UNK_`, which is from then on a word like the others. The held-out splits decide nothing: a model that knows which
    words the test will hold has seen the test.

    splits: corpora; a corpus is a list of sentences, a sentence a list of words. The first one is the training text.
    min_count: 1 or more.
    Returns `words`, with "<s>", "</s>", "UNK_" at 0, 1, 2 and then the known words from the most to the least frequent,
    equally frequent ones in alphabetical order; and `ids`, the splits with each word as its place in `words`. No
    border is added.
    Source: Bengio et al. 2003, section 4 (Brown: words seen three times or less become one symbol).
    """
    specials = ["<s>", "</s>", "UNK_"]
    counts = Counter(word for sentence in splits[0] for word in sentence)
    known = [word for word, count in counts.items() if count >= min_count and word not in specials]
    words = specials + sorted(known, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    ids = [[[number.get(word, number["UNK_"]) for word in sentence] for sentence in split] for split in splits]
    return words, ids
