"""The definitions once more, with dictionaries of tuples and loops: what the array code must equal."""

from collections import Counter, defaultdict

from hypothesis import strategies as st

BOS, EOS = 0, 1


def corpora(vocab=6, sentences=8, length=6):
    """Small texts: lists of sentences of word numbers 2 .. vocab-1, empty sentences included."""
    return st.lists(st.lists(st.integers(2, vocab - 1), max_size=length), min_size=1, max_size=sentences)


def windows(sentences, n):
    """Every n-gram that ends in a word or in `</s>`, as tuples, in the order of the text."""
    for sentence in sentences:
        padded = [BOS] * (n - 1) + sentence + [EOS]
        for end in range(n, len(padded) + 1):
            yield tuple(padded[end - n : end])


def count_loop(sentences, n):
    return Counter(windows(sentences, n))


def mle_loop(counts, gram):
    total = sum(c for other, c in counts.items() if other[:-1] == gram[:-1])
    return counts[gram] / total if total else 0.0


def continuation_loop(counts, raw):
    """Distinct left neighbours; with `raw`, what begins with `<s>` keeps its count."""
    left = defaultdict(set)
    for gram in counts:
        left[gram[1:]].add(gram[0])
    result = Counter({gram: len(words) for gram, words in left.items()})
    if raw:
        result.update({gram[1:]: c - 1 for gram, c in counts.items() if gram[1] == BOS})
    return result


def discount_loop(counts, take, gram, lower):
    """One order of absolute discounting; `take` maps a count to its discount."""
    after = [c for other, c in counts.items() if other[:-1] == gram[:-1]]
    if not after:
        return lower
    kept = max(counts[gram] - take(counts[gram]), 0)
    return (kept + sum(min(take(c), c) for c in after) * lower) / sum(after)


def kneser_ney_loop(counts, takes, gram, size, raw):
    """takes: for each order a function from a table of counts to a function from a count to its discount."""
    if len(gram) == 1:
        lower = 1 / size
    else:
        lower = kneser_ney_loop(continuation_loop(counts, raw), takes[:-1], gram[1:], size, raw)
    if raw:
        counts = Counter({g: c for g, c in counts.items() if g[:2] != (BOS, BOS)})
    return discount_loop(counts, takes[-1](counts), gram, lower)


def chen_goodman_take(counts):
    """The three discounts of a table, 0.5, 1, 1.5 where the counts of counts say nothing."""
    n = Counter(counts.values())
    three = [0.5, 1.0, 1.5]
    if n[1] and n[2] and n[3]:
        y = n[1] / (n[1] + 2 * n[2])
        found = [j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3)]
        if all(0 <= d <= j for d, j in zip(found, (1, 2, 3), strict=True)):
            three = found
    return lambda c: three[min(c, 3) - 1] if c else 0.0
