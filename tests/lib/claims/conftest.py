"""What the tests of claims share: a text small enough to be measured in no time."""

import random

import pytest

VOCAB = 30


@pytest.fixture(scope="session")
def small_texts():
    """(train, validation, test): sentences from a chain in which the last word says much about the next."""
    chance = random.Random(5)

    def sentence():
        word, words = chance.randrange(3, VOCAB), []
        for _ in range(chance.randrange(3, 12)):
            words.append(word)
            word = 3 + (word * 7 + chance.choice([0, 0, 0, 1, 2, chance.randrange(40)])) % (VOCAB - 3)
        return words

    return [[sentence() for _ in range(size)] for size in (900, 200, 200)]
