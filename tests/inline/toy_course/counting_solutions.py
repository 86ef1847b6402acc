"""The solutions of the toy course."""


def count_words(words, start):
    """How often each word occurs, and the mark `start` once."""
    counts = {start: 1}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def frequencies(words, start):
    """The share of each word among all counts."""
    counts = count_words(words, start)
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items()}
